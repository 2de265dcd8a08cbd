// A directory of vblade-persist, as /var/lib/vblade-persist/vblades/e1.0: env/ has a file for each value,
// macs/ one for each client that may use the export.
#pragma once

#include "base/result.h"
#include "vblade/classic/old_configuration.h"

#include <filesystem>

namespace vblade {

bool looks_like_persist(const std::filesystem::path& directory);

base::Result<> read_persist(const std::filesystem::path& directory, OldConfiguration& into);

}  // namespace vblade
