// What the server says about itself on the control socket, as JSON.
#pragma once

#include "base/json.h"
#include "vblade/inventory/inventory.h"

namespace vblade {

base::Json status_of(const Inventory& inventory);

}  // namespace vblade
