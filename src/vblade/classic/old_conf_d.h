// /etc/conf.d/vblade of vblade-25: each variable config_NAME is the export of the service vblade.NAME.
#pragma once

#include "vblade/classic/old_file.h"
#include "vblade/classic/shell_text.h"

#include <string_view>
#include <vector>

namespace vblade {

bool looks_like_conf_d(const std::vector<ShellItem>& items);

void read_conf_d(OldFile& file, const std::vector<ShellItem>& items);

}  // namespace vblade
