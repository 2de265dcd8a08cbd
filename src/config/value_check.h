// What a text must look like to be a path, an interface, an identity. Each says what is wrong, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace config {

// From the root on: a service has no directory of its own that a relative path could start from.
std::optional<std::string> check_absolute_path(std::string_view text);
std::optional<std::string> check_interface_name(std::string_view text);
// A name, or a shell pattern of names.
std::optional<std::string> check_interface_pattern(std::string_view text);
// IDENTIFY fields: printable ASCII, 20 and 40 characters wide.
std::optional<std::string> check_serial(std::string_view text);
std::optional<std::string> check_model(std::string_view text);
// One part of a path: a UUID, a label, a volume group.
std::optional<std::string> check_name(std::string_view text);

}  // namespace config
