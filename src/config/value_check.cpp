#include "config/value_check.h"

#include "aoe/target.h"
#include "config/document.h"

#include <algorithm>

#include <fmt/format.h>

namespace config {

namespace {

constexpr std::size_t kMaxInterfaceName = 15;  // IFNAMSIZ less its NUL
constexpr std::size_t kMaxPath = 4095;         // PATH_MAX less its NUL
constexpr std::size_t kMaxName = 255;

std::optional<std::string> check_identity(std::string_view text, std::size_t width) {
  if (text.size() > width) {
    return fmt::format("'{}' has {} characters: the maximum is {}", shown(text), text.size(), width);
  }
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) {
    return fmt::format("'{}' is not plain ASCII, which is all that a disk's identity can hold", shown(text));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> check_absolute_path(std::string_view text) {
  if (!text.starts_with('/'))
    return fmt::format("'{}' is not an absolute path: write it from / on", shown(text));
  if (text.size() > kMaxPath)
    return fmt::format("has {} bytes: a path has {} at most", text.size(), kMaxPath);
  return std::nullopt;
}

std::optional<std::string> check_interface_pattern(std::string_view text) {
  if (text.find_first_of("/ \t:") != std::string_view::npos || text == "." || text == "..") {
    return fmt::format("'{}' is not the name of a network interface", shown(text));
  }
  return std::nullopt;
}

std::optional<std::string> check_interface_name(std::string_view text) {
  if (auto fault = check_interface_pattern(text)) return fault;
  if (text.find_first_of("*?[]") != std::string_view::npos) {
    return fmt::format("'{}' is a pattern: write the names of the interfaces", shown(text));
  }
  if (text.size() > kMaxInterfaceName) {
    return fmt::format("'{}' has {} characters: an interface's name has {} at most", shown(text), text.size(),
                       kMaxInterfaceName);
  }
  return std::nullopt;
}

std::optional<std::string> check_serial(std::string_view text) {
  return check_identity(text, aoe::kSerialWidth);
}
std::optional<std::string> check_model(std::string_view text) {
  return check_identity(text, aoe::kModelWidth);
}

std::optional<std::string> check_name(std::string_view text) {
  if (text.contains('/') || text == "." || text == ".." || text.size() > kMaxName) {
    return fmt::format("'{}' is not a name: it is too long or holds a /", shown(text));
  }
  return std::nullopt;
}

}  // namespace config
