// Confinement: what the server can do no more once it runs, whoever takes it over.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace vblade {

// Makes what is missing of these directories, for this user. Needs root.
base::Result<> give_directories(const std::string& user,
                                const std::vector<std::filesystem::path>& directories);

// Hands this user's predecessor's files over: those of root that have no other name. Others stay as they are.
// Needs root.
base::Result<> give_files(const std::string& user, const std::vector<std::filesystem::path>& files);

// Becomes this user, with no capability left. Needs root.
base::Result<> become(const std::string& user);

// For good: no program can be started, no other process looked at, nothing mounted, no module loaded, no
// namespace made, no socket of another family than those in use, and no right come by in any other way.
// Errors: the kernel has no seccomp filters.
base::Result<> give_up_system_calls();

}  // namespace vblade
