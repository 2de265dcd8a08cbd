// The driver and its devices, as the commands print them for scripts. Keys are stable: removing or renaming
// one is a change that CHANGELOG.md names.
#pragma once

#include "aoetools/map/storage_map.h"
#include "aoetools/top/device_load.h"
#include "base/json.h"
#include "kernel/aoe_driver.h"
#include "kernel/device_nodes.h"

#include <string_view>
#include <vector>

namespace aoetools {

base::Json to_json(const std::vector<kernel::AoeDevice>& devices);
base::Json to_json(const std::vector<kernel::DeviceNode>& nodes);
base::Json to_json(const std::vector<DeviceLoad>& loads);
base::Json to_json(const StorageMap& map);

// The interfaces of a list of the driver's, separated by commas or blanks.
base::Json interfaces_json(std::string_view list);
// Its list of those to use; empty: it uses all.
base::Json used_interfaces_json(std::string_view list);

}  // namespace aoetools
