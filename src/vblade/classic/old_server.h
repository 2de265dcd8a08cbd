// OldServer: a target of the classic kind that runs on this machine. It locks nothing and does not answer
// when this machine asks the network, so only the list of processes shows it. Two servers of one disk, or two
// disks at one address, destroy data.
#pragma once

#include "config/server_config.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

namespace vblade {

// A file or a block device, by whatever name: a device has no inode here.
using FileId = std::pair<dev_t, ino_t>;
FileId file_id(const struct stat& status);

struct OldServer {
  pid_t pid = 0;
  std::vector<std::string> words{};  // of its command line, behind the program
  std::string directory{};           // that it works in; empty: nobody lets us look
  std::vector<FileId> files{};       // that it has open
  bool files_are_known = false;      // else nobody lets us look
  bool in_this_network = true;       // else it hears other interfaces, even if their names are the same
  std::string stop{};                // the command that ends it
};

// Those of /proc, as far as this process may look. A server of ours is none: it blocks the signals that it
// takes as events, and a classic one, which dies of them, does not. A test has directories of its own.
std::vector<OldServer> find_old_servers(const std::filesystem::path& proc = "/proc",
                                        const std::filesystem::path& run = "/run");

// As one text, to hand them from a process to another.
std::string packed(const std::vector<OldServer>& servers);
std::vector<OldServer> unpacked(std::string_view text);

// Why `wanted` cannot be served on these interfaces: for each server that has its address on one of them.
std::vector<std::string> conflicts_of_address(const std::vector<OldServer>& servers,
                                              const config::Export& wanted,
                                              const std::vector<std::string>& interfaces);
// Why its file, which is `id`, cannot: for each server of the same bytes, unless both only read.
std::vector<std::string> conflicts_of_file(const std::vector<OldServer>& servers,
                                           const config::Export& wanted, const FileId& id);

}  // namespace vblade
