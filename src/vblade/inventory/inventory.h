// Inventory: which exports are served on which ports, and what a former configuration has still in flight.
// Rollout decides what is served, LinkKeeper and DiskWatch follow what happens to links and disks.
#pragma once

#include "config/server_config.h"
#include "disk/engine.h"
#include "disk/volume.h"
#include "net/link.h"
#include "vblade/inventory/debt_store.h"
#include "vblade/inventory/findings.h"
#include "vblade/serving/export.h"
#include "vblade/serving/port.h"
#include "vblade/serving/server.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace vblade {

class Inventory {
 public:
  using Exports = std::map<aoe::Address, std::unique_ptr<Export>>;
  using Ports = std::map<std::string, std::unique_ptr<Port>>;  // by interface

  Inventory(disk::Engine& engine, Server& server, DebtStore& debts)
      : engine_(engine), server_(server), debts_(debts) {}

  const Exports& exports() const { return exports_; }
  const Ports& ports() const { return ports_; }
  // What is served at this address, or nullptr.
  Export* find(aoe::Address address) const {
    const auto found = exports_.find(address);
    return found == exports_.end() ? nullptr : found->second.get();
  }
  // Problems of the last configuration: what they are about is not served.
  const Problems& left_out() const { return left_out_; }
  // Leaves out the interfaces on which the address is served already.
  std::vector<std::string> unserved(aoe::Address address, const std::vector<std::string>& interfaces) const;

  // True for a host's address that is our own on an interface where we serve this export.
  bool serves(aoe::Address address, base::MacAddress mac) const;

  // An export that serve() can take.
  std::unique_ptr<Export> make(const config::Export& settings, std::unique_ptr<disk::Volume> volume);
  // For an interface that has no port yet.
  void add_port(const std::string& interface, std::unique_ptr<net::Link> link);
  // For a new configuration, to choose from; they are served until serve().
  Exports take_exports() { return std::exchange(exports_, {}); }
  // From now on serves exactly `exports`, and advertises what is new. `former` is what is left of
  // take_exports(): it is freed as soon as nothing of it is in flight.
  void serve(Exports exports, Exports former, Problems left_out);

  // Takes no more requests for this export until the next configuration; those in flight are finished.
  void drain(Export& exported);
  // Tells the initiators on all its interfaces.
  void advertise(const Export& exported);
  // Handles the requests and completions that wait at this moment.
  void serve_waiting();
  // Asks the disks for losses of acknowledged data.
  void inquire();
  // Before the end: starts to bring to the disks what closing them would wait for.
  void write_back();
  // At the end: reports the losses of acknowledged data, and keeps for the next server what clients must
  // still get. False if there are any.
  bool settle_losses();
  // Frees what a former configuration had, as soon as nothing of it is in flight.
  void sweep();
  // Requests that are in flight.
  unsigned outstanding() const;
  // At the end: closes all but the exports of those requests, and returns what these hold open. Nothing else
  // can be done with it afterwards.
  std::vector<int> release_all_but_hanging();

 private:
  // Each export with each port that reaches it.
  std::set<std::pair<Port*, const Export*>> served() const;
  void fill_tables();
  bool is_wanted(const Port& port) const;
  void retire(std::unique_ptr<Export> old);
  void take_leave(Export& retired);
  bool keep_debts(Export& exported);

  disk::Engine& engine_;
  Server& server_;
  DebtStore& debts_;
  Exports exports_;
  Ports ports_;
  std::vector<std::unique_ptr<Export>> retired_exports_;
  std::vector<std::unique_ptr<Port>> retired_ports_;
  Problems left_out_;
};

// The shelves of a port's exports.
std::set<std::uint16_t> shelves_of(const Port& port);
// A filter in libpcap's language that lets through the requests to a port's exports.
std::string filter_of(const Port& port);

// Requests for an export with so many `buffers` that its clients may have outstanding at a time.
constexpr std::size_t room_for(unsigned buffers) {
  constexpr std::size_t kClients = 32;  // that are expected
  return buffers * kClients;
}
// The same of all exports of a port.
std::size_t room_of(const Port& port);

}  // namespace vblade
