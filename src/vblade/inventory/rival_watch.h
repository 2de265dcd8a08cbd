// RivalWatch: finds other hosts that serve one of our addresses, whenever they begin to: both at the same
// moment, after a cable is plugged in, later.
#pragma once

#include "net/link.h"
#include "vblade/inventory/inventory.h"

#include <map>
#include <string>

namespace vblade {

class RivalWatch {
 public:
  explicit RivalWatch(Inventory& inventory) : inventory_(inventory) {}

  // A frame that is no request: true for one of a target, which may be a rival.
  bool hear(Port& port, net::Frame frame);
  // Once a second: asks on each interface when its link comes up and once a minute, logs the rivals, and
  // forgets those that were silent for longer.
  void look();

 private:
  // What was asked on an interface.
  struct Round {
    const net::Link* link = nullptr;  // by which; another one is asked at once
    unsigned wait = 0;                // seconds until the next
  };

  void look_at(Port& port);
  static void ask(Port& port);
  static void report(Export& exported);

  Inventory& inventory_;
  std::map<std::string, Round> rounds_;  // by interface
};

}  // namespace vblade
