// /etc/vblade.conf.d/NAME.conf of Debian's vblade: one export, a variable for each part of its command line.
#pragma once

#include "vblade/classic/old_file.h"
#include "vblade/classic/shell_text.h"

#include <string>
#include <vector>

namespace vblade {

bool looks_like_debian_conf(const std::vector<ShellItem>& items);

// `name`: of the service.
void read_debian_conf(OldFile& file, const std::vector<ShellItem>& items, const std::string& name);

}  // namespace vblade
