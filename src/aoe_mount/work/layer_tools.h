// LayerTools: mdadm and LVM, run in children (aoe_mount/work/task.h), because both read disks.
#pragma once

#include "aoe_mount/work/work.h"
#include "base/result.h"

namespace aoe_mount {

base::Result<> run(const Run& order);
base::Result<> assemble(const Assemble& order);
base::Result<> activate(const ActivateGroup& order);
base::Result<> inspect(const InspectGroup& order);

// Names the volumes that are not active in the output of lvs: "NAME|active|skip activation" a line. Volumes
// that are not to be activated do not count.
std::vector<std::string> inactive_volumes(std::string_view lvs_output);

}  // namespace aoe_mount
