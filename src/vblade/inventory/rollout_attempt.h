// Attempt: one rollout of one configuration. Inside the room only; rollout.cpp has its disks and links, and
// puts it into service, rollout_addresses.cpp has its addresses.
#pragma once

#include "vblade/inventory/rollout.h"

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace vblade {

// One configuration: what has been opened for it and not yet put into service, and what is wrong with it.
class Attempt {
 public:
  Attempt(Inventory& inventory, const Rollout::Surroundings& surroundings, const config::Server& wanted,
          const Rollout::Options& options)
      : inventory_(inventory), surroundings_(surroundings), wanted_(wanted), options_(options) {}

  Problems run();

 private:
  void prepare_volumes();
  void refuse_shared_disks();
  void prepare_links();
  void open_links_of(std::size_t index);
  std::size_t room_on(const std::string& interface) const;
  void refuse_old_servers();
  Findings conflicts_with_old_servers();
  void claim_addresses();
  base::Result<base::Fd> claim(aoe::Address address, const std::string& interface, base::Clock::Time end);
  void probe_addresses();
  void leave_out(std::size_t index, const std::string& interface, const std::string& message);
  void prepare_states();
  void commit();
  std::unique_ptr<Export> bring_in(std::size_t index, std::unique_ptr<Export>& before);

  Inventory& inventory_;
  const Rollout::Surroundings& surroundings_;
  const config::Server& wanted_;
  const Rollout::Options& options_;
  Findings findings_;
  std::map<std::size_t, std::unique_ptr<disk::Volume>> volumes_;   // by index; the others keep theirs
  std::vector<std::vector<std::string>> interfaces_;               // by index
  std::map<std::string, std::unique_ptr<net::Link>> links_;        // of interfaces without a port
  std::set<std::string> closed_;                                   // interfaces whose link cannot be opened
  std::map<std::size_t, std::map<std::string, base::Fd>> claims_;  // by index and interface: what is new
  std::map<std::size_t, aoe::TargetState> states_;  // by index of what is new: what is kept of it
};

}  // namespace vblade
