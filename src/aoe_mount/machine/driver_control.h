// DriverControl: the aoe driver, loaded and steered.
#pragma once

#include "aoe_mount/work/work.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aoe_mount {

class DriverControl {
 public:
  virtual ~DriverControl() = default;

  virtual bool is_loaded() = 0;
  virtual base::Result<> load() = 0;
  // Restricts the search for targets to these interfaces; none: all.
  virtual base::Result<> use_interfaces(const std::vector<std::string>& names) = 0;
  virtual base::Result<> discover() = 0;
  // Returns the order that has the driver forget the disks that nobody has open.
  virtual ForgetUnused forget_unused() = 0;
  // Sets "aoe_deadsecs" or "aoe_maxout".
  virtual base::Result<> set_parameter(const std::string& name, std::uint32_t value) = 0;
  // Puts the parameters back that use_interfaces() and set_parameter() changed, if the driver was there
  // before.
  virtual base::Result<> restore_parameters() = 0;
  // Lowers aoe_deadsecs: the driver gives up every target that lets a request wait for longer.
  virtual base::Result<> lower_deadsecs(std::chrono::seconds limit) = 0;
  // Restores aoe_deadsecs; does nothing if it was not lowered.
  virtual base::Result<> restore_deadsecs() = 0;
  // Counts the open AoE devices; none where the kernel does not count them (a driver that is no module).
  virtual std::optional<unsigned> user_count() = 0;
  // Notes that UnloadDriver has done its work.
  virtual void note_unloaded() = 0;
};

}  // namespace aoe_mount
