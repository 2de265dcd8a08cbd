#include "kernel/installed_driver.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace kernel {

namespace {

// Returns modinfo's lines "key:  value" about the module. It is called in a directory without a file "aoe",
// which modinfo would take for the module.
std::string modinfo() {
  std::FILE* pipe = ::popen("cd /sys && exec modinfo aoe 2>/dev/null", "re");
  if (!pipe) return "";
  std::string text;
  std::array<char, 4096> chunk;
  while (const std::size_t bytes = std::fread(chunk.data(), 1, chunk.size(), pipe))
    text.append(chunk.data(), bytes);
  ::pclose(pipe);
  return text;
}

std::string last_word(std::string_view line) {
  const std::size_t end = line.find_last_not_of(" \t");
  if (end == std::string_view::npos) return "";
  line = line.substr(0, end + 1);
  return std::string(line.substr(line.find_last_of(" \t") + 1));
}

}  // namespace

// Drivers made outside the kernel's tree state a parameter "version:aoe module NN", the kernel's own a
// field "version".
std::optional<std::string> installed_driver_version() {
  const std::string text = modinfo();
  if (text.empty()) return std::nullopt;
  std::string_view info = text;
  std::string field;
  while (!info.empty()) {
    const std::string_view line = info.substr(0, info.find('\n'));
    info.remove_prefix(std::min(line.size() + 1, info.size()));
    if (line.starts_with("parm:") && line.find("version:aoe module") != line.npos) return last_word(line);
    if (line.starts_with("version:") && field.empty()) field = last_word(line.substr(8));
  }
  return field.empty() ? "(unknown)" : field;
}

}  // namespace kernel
