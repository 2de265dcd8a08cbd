// aoe-mount add, aoe-mount remove: one mount into the configuration file and out of it. The file stays as
// somebody has written it otherwise, and stays untouched when it would not load afterwards.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace aoe_mount {

// Values as on the command line. Empty ones are left out, so that the file's defaults hold.
struct NewMount {
  std::string source;  // "e1.0p1", "/dev/etherd/e1.0p1", "UUID=66dd...", "LABEL=photos", "/dev/vg/home"
  bool bind = false;   // source is a directory
  std::string mountpoint;
  std::string type;
  std::vector<std::string> options;
  std::string wait;
  std::optional<bool> fsck;
  std::optional<bool> required;
};

// Returns what was done, for the user. An error with a code comes from the system; one without is a wrong
// request.
base::Result<std::string> add_to_configuration(const std::filesystem::path& file, const NewMount& wanted);

// `what`: a mount point, or a source that stands there once.
base::Result<std::string> remove_from_configuration(const std::filesystem::path& file,
                                                    const std::string& what);

}  // namespace aoe_mount
