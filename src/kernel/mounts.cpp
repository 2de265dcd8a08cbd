#include "kernel/mounts.h"

#include "base/number.h"

#include <algorithm>
#include <fstream>
#include <optional>

namespace kernel {

namespace {

// One blank ends a field, so that an empty source is a field as well.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t end = std::min(line.find(' '), line.size());
    fields.push_back(line.substr(0, end));
    if (end == line.size()) return fields;
    line.remove_prefix(end + 1);
  }
}

// 36 35 98:0 /root /mountpoint options [optional fields] - type source options
std::optional<MountEntry> read_mount(std::string_view line) {
  const auto fields = fields_of(line);
  if (fields.size() < 6) return std::nullopt;
  const auto dash = std::find(fields.begin() + 6, fields.end(), "-");
  if (fields.end() - dash < 3) return std::nullopt;
  const auto id = base::parse_number(fields[0]);
  const auto parent = base::parse_number(fields[1]);
  if (!id || !parent) return std::nullopt;
  return MountEntry{static_cast<int>(*id),  static_cast<int>(*parent), std::string(fields[2]),
                    unescaped(*(dash + 2)), unescaped(fields[4]),      unescaped(*(dash + 1))};
}

}  // namespace

std::vector<MountEntry> read_mounts(const std::filesystem::path& file) {
  std::vector<MountEntry> mounts;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (auto entry = read_mount(line)) mounts.push_back(std::move(*entry));
  }
  return mounts;
}

bool is_inside(std::string_view path, std::string_view directory) {
  if (directory == "/") return path.starts_with('/');
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view octal = text.substr(i + 1, 3);
    if (text[i] == '\\' && octal.size() == 3 && octal.find_first_not_of("01234567") == octal.npos) {
      out += static_cast<char>((octal[0] - '0') * 64 + (octal[1] - '0') * 8 + (octal[2] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace kernel
