// Who needs an interface besides us. Interfaces that `up` raised may have found other users since.
#pragma once

#include "aoe_mount/kernel/places.h"
#include "net/interface.h"

#include <string>

namespace aoe_mount {

// "it has the address 10.0.0.1", "br0 stands on it", "a program sends AoE frames on it"; empty: nobody.
std::string interface_user(const Places& places, const net::Interface& interface);

}  // namespace aoe_mount
