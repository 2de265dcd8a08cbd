// What the server says about itself on the control socket, as JSON.
#pragma once

#include "vblade/inventory/inventory.h"

#include <string>

namespace vblade {

std::string status_json(const Inventory& inventory);

}  // namespace vblade
