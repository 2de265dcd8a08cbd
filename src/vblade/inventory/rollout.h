// Rollout: brings a configuration into force, as a whole or not at all, and leaves alone what the new one has
// in common with the old.
#pragma once

#include "base/clock.h"
#include "config/server_config.h"
#include "disk/volume.h"
#include "vblade/inventory/address_probe.h"
#include "vblade/inventory/findings.h"
#include "vblade/inventory/inventory.h"
#include "vblade/inventory/machine.h"
#include "vblade/inventory/serials.h"
#include "vblade/inventory/state_store.h"

#include <chrono>
#include <vector>

namespace vblade {

class Rollout {
 public:
  // The world, as far as a rollout asks it.
  struct Surroundings {
    Machine& machine;
    disk::VolumeOpener& volumes;
    StateStore& states;
    AddressProbe& probe;
    base::Clock& clock;
    Serials& serials;
  };
  struct Options {
    bool force = false;                    // open also what others hold
    std::vector<base::MacAddress> mask{};  // for exports that are new
    // How long to ask whether another host serves an address that is new; 0: not at all.
    std::chrono::milliseconds probe{};
    // At a start: how long to wait for what a former server's closer still holds, or, at most half a second,
    // a server that was killed.
    std::chrono::milliseconds closer_wait{};
    bool only_warn_of_rivals = false;  // instead of not serving where another host does
  };

  Rollout(Inventory& inventory, const Surroundings& surroundings)
      : inventory_(inventory), surroundings_(surroundings) {}

  // Serves exactly this from now on, and advertises what is new. When problems are returned nothing has
  // changed. With `wanted.partial` it serves what it can, and left_out() of the inventory has the problems of
  // the rest. An export whose state cannot be read is left out, with and without it.
  Problems apply(const config::Server& wanted, const Options& options);

 private:
  Inventory& inventory_;
  Surroundings surroundings_;
};

}  // namespace vblade
