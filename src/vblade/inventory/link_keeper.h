// LinkKeeper: closes and opens the links of ports when their interfaces vanish, come or change.
#pragma once

#include "net/interface.h"
#include "vblade/inventory/inventory.h"
#include "vblade/inventory/machine.h"
#include "vblade/serving/server.h"

#include <memory>
#include <span>
#include <vector>

namespace vblade {

class LinkKeeper {
 public:
  LinkKeeper(Machine& machine, Server& server, Inventory& inventory)
      : machine_(machine), server_(server), inventory_(inventory) {}

  // After another configuration: a larger ring where its exports invite more requests.
  void make_room();
  // An interface went away, came, or changed.
  void follow(const std::vector<net::Interface>& present);

 private:
  void follow(Port& port, const net::Interface& now);
  static void leave_to_master(Port& port, const net::Interface& now, std::span<const net::Interface> present);
  void open_again(Port& port);
  void hand_over(Port& port, std::unique_ptr<net::Link> link);

  Machine& machine_;
  Server& server_;
  Inventory& inventory_;
};

}  // namespace vblade
