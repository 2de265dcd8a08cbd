// A file of shell variables, as OpenRC's conf.d has it: its comments, its assignments and the rest. Nothing
// of it is run, so a value that only a shell can know has a fault instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vblade {

struct ShellFault {
  std::size_t offset = 0;  // into the file
  std::string message;     // says what to write instead
};

struct ShellItem {
  enum class Kind : std::uint8_t {
    blank,       // a line
    comment,     // from its # to the end of the line
    assignment,  // NAME=VALUE
    statement,   // anything else, up to its end: several lines for an if or a here-document
  } kind = Kind::blank;
  std::size_t begin = 0;  // into the file
  std::size_t end = 0;
  bool follows = false;  // its line holds an item before it
  // Of an assignment.
  std::string name{};
  std::string value{};                   // without its quotes
  std::vector<std::size_t> offsets{};    // into the file, of each byte of `value`
  std::optional<ShellFault> fault = {};  // the value is not known
};

std::vector<ShellItem> read_shell(std::string_view text);

}  // namespace vblade
