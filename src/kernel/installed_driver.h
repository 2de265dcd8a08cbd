// The aoe driver that is installed, loaded or not, as modinfo tells.
#pragma once

#include <optional>
#include <string>

namespace kernel {

// "85"; "(unknown)" when it states none; nullopt: this kernel has none, or there is no modinfo.
std::optional<std::string> installed_driver_version();

}  // namespace kernel
