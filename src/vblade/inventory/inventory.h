// Inventory: which exports are served on which ports. It brings a configuration into being, as a whole or not
// at all, and leaves alone what the new one has in common with the old.
#pragma once

#include "config/server_config.h"
#include "disk/engine.h"
#include "disk/volume.h"
#include "vblade/inventory/findings.h"
#include "vblade/inventory/machine.h"
#include "vblade/inventory/state_store.h"
#include "vblade/serving/export.h"
#include "vblade/serving/port.h"
#include "vblade/serving/server.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace vblade {

class Inventory {
 public:
  Inventory(Machine& machine, disk::Engine& engine, Server& server, StateStore state = StateStore());

  struct Options {
    bool force = false;                    // open also what others hold
    std::vector<base::MacAddress> mask{};  // for exports that are new
    // How long to ask whether another host serves an address that is new; 0: not at all.
    std::chrono::milliseconds probe{};
    // At a start: how long to wait for what a former server's closer still holds, or, at most half a second,
    // a server that was killed.
    std::chrono::milliseconds closers{};
    bool only_warn_of_rivals = false;  // instead of not serving where another host does
  };

  // Serves exactly this from now on, and advertises what is new. When problems are returned nothing has
  // changed. With `wanted.partial` it serves what it can, and left_out() has the problems of the rest. An
  // export whose state cannot be read is left out, with and without it.
  Problems apply(const config::Server& wanted, const Options& options);

  // An interface went away, came, or changed: closes and opens links accordingly.
  void follow_interfaces(const std::vector<net::Interface>& present);
  // Looks at the disks, once a second: how they fare, and their sizes; advertises those that changed.
  void refresh_disks();
  // Takes no more requests for this export until the next apply(); those in flight are finished.
  void drain(Export& target);
  // Keeps what initiators set on this export, over restarts too; see StateStore.
  void keep_state(const Export& target);
  // Before the end: starts to bring to the disks what closing them would wait for.
  void write_back();
  // Frees what a former configuration had, as soon as nothing of it is in flight.
  void sweep();
  // Requests that are in flight.
  unsigned outstanding() const;
  // At the end: closes all but the exports of those requests, and returns what these hold open. Nothing else
  // can be done with it afterwards.
  std::vector<int> release_all_but_hanging();

  const std::map<aoe::Address, std::unique_ptr<Export>>& exports() const { return exports_; }
  const std::map<std::string, std::unique_ptr<Port>>& ports() const { return ports_; }
  const Problems& left_out() const { return left_out_; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Plan;

  void prepare_volumes(const config::Server& wanted, const Options& options, Plan& plan, Findings& findings);
  void prepare_links(const config::Server& wanted, Plan& plan, Findings& findings);
  void refuse_old_servers(const config::Server& wanted, const Options& options, const Plan& plan,
                          Findings& findings);
  Findings conflicts_with_old_servers(const config::Server& wanted, const Options& options, const Plan& plan);
  // Those of these interfaces that the address is not served on yet.
  std::vector<std::string> unserved(aoe::Address address, const std::vector<std::string>& interfaces) const;
  void probe_addresses(const config::Server& wanted, const Options& options, const Plan& plan,
                       Findings& findings);
  void prepare_states(const config::Server& wanted, Plan& plan, Findings& findings);
  void serve_waiting();
  void commit(const config::Server& wanted, const Options& options, Plan& plan);
  // Which exports can be reached through which ports.
  std::set<std::pair<Port*, const Export*>> served() const;
  void fill_tables();
  static std::string filter_of(const Port& port);
  void open_again(Port& port);
  void hand_over(Port& port, std::unique_ptr<net::Link> link);
  void advertise(const Export& target);
  void retire(std::unique_ptr<Export> old);
  void look_at_next_place();

  Machine& machine_;
  disk::Engine& engine_;
  Server& server_;
  StateStore state_;
  disk::Claims claims_;
  std::map<aoe::Address, std::unique_ptr<Export>> exports_;
  std::map<std::string, std::unique_ptr<Port>> ports_;  // by interface
  std::vector<std::unique_ptr<Export>> retired_exports_;
  std::vector<std::unique_ptr<Port>> retired_ports_;
  Problems left_out_;
  aoe::Address placed_last_;  // the export whose path was looked at last
};

}  // namespace vblade
