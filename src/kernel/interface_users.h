// Others that need an interface. Interfaces that `up` raised may have found such users since.
#pragma once

#include "kernel/system_paths.h"

#include <string>

namespace kernel {

// "it has the address 10.0.0.1", "br0 uses it", "a program sends AoE frames on it"; empty: nobody.
std::string interface_user(const SystemPaths& paths, const std::string& interface, int index);

}  // namespace kernel
