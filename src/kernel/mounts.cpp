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
  return MountEntry{static_cast<int>(*id),
                    static_cast<int>(*parent),
                    std::string(fields[2]),
                    unescaped(*(dash + 2)),
                    unescaped(fields[4]),
                    unescaped(*(dash + 1)),
                    fields.end() - dash > 3 ? unescaped(*(dash + 3)) : std::string()};
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

// overlay puts a backslash before a comma or a colon in a directory's name.
std::vector<std::string> overlaid_directories(const MountEntry& entry) {
  std::vector<std::string> found;
  if (entry.type != "overlay") return found;
  std::vector<std::string> options(1);
  for (std::size_t i = 0; i < entry.options.size(); ++i) {
    const char c = entry.options[i];
    if (c == '\\' && i + 1 < entry.options.size()) {
      options.back() += entry.options[++i];
    } else if (c == ',') {
      options.emplace_back();
    } else {
      options.back() += c == ':' ? '\n' : c;  // no mistake for a colon that belongs to a name
    }
  }
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    if (equals == option.npos || option.find("dir") > equals) continue;
    std::string_view rest = std::string_view(option).substr(equals + 1);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      if (rest.starts_with('/')) found.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return found;
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
