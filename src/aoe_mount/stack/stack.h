// Stack: the layers on AoE disks. They can be taken off one by one, each after the layers on top of it.
#pragma once

#include "aoe_mount/machine/world.h"
#include "aoe_mount/work/work.h"
#include "kernel/namespaces.h"
#include "kernel/snapshot.h"

#include <cstddef>
#include <string>
#include <vector>

namespace aoe_mount {

struct Layer {
  Work work;                         // takes it off
  std::string name;                  // "/mnt/data (e1.0p1)", "swap on e1.1", "/dev/mapper/vg-home"
  std::string directory;             // of a mount
  std::string device;                // that it is on: its kernel name; empty: none of its own
  std::vector<std::size_t> above{};  // the layers that go first
  Targets targets{};                 // that have to answer: beneath it, and beneath what it is mounted in
  bool elsewhere = false;            // a mount in another mount namespace
};

// Top layers need not come first: follow `above`.
// Mounts in other namespaces go after ours of the same device, for what propagates goes with ours.
std::vector<Layer> stack_on_aoe(const kernel::Snapshot& snapshot,
                                const std::vector<kernel::MountElsewhere>& elsewhere = {});

}  // namespace aoe_mount
