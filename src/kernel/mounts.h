// MountEntry: one mount, as /proc/self/mountinfo lists it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kernel {

struct MountEntry {
  int id = 0;
  int parent = 0;
  std::string number;  // of the device; btrfs and others invent one
  std::string source;
  std::string target;
  std::string type;
  std::string options{};  // of the file system: "rw,lowerdir=/mnt/a,upperdir=..."
};

// The directories that an overlay shows, as its options name them; none of another type.
std::vector<std::string> overlaid_directories(const MountEntry& entry);

// Reads a file such as /proc/self/mountinfo, oldest mount first. Lines that make no sense are left out.
std::vector<MountEntry> read_mounts(const std::filesystem::path& file);

// True for a path below (or at) the directory.
bool is_inside(std::string_view path, std::string_view directory);

// "/mnt/a\040b", as the kernel writes a path in its tables, back to "/mnt/a b".
std::string unescaped(std::string_view text);

}  // namespace kernel
