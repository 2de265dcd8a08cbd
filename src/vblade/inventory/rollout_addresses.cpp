// Who else serves the addresses of a configuration: old servers and others on this machine, and other hosts.
#include "base/log.h"
#include "vblade/inventory/previous_server.h"
#include "vblade/inventory/rollout_attempt.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>

namespace vblade {

namespace {

// Between looks at an old server that may be about to end.
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

void Attempt::refuse_old_servers() {
  if (interfaces_.size() != wanted_.exports.size()) return;
  const auto end = surroundings_.clock.now() + std::min(options_.closer_wait, kKilledServer);
  Findings found = conflicts_with_old_servers();
  while (!found.problems.empty() && surroundings_.clock.now() < end) {
    surroundings_.clock.sleep(kPause);
    found = conflicts_with_old_servers();
  }
  findings_.problems.insert(findings_.problems.end(), found.problems.begin(), found.problems.end());
  // What another server has on a new interface leaves alone what is in service on others.
  for (const std::size_t i : found.unservable) {
    const auto lost = inventory_.unserved(wanted_.exports[i].address, interfaces_[i]);
    std::erase_if(interfaces_[i],
                  [&](const std::string& name) { return std::ranges::find(lost, name) != lost.end(); });
    if (interfaces_[i].empty() || volumes_.contains(i)) findings_.unservable.insert(i);
  }
}

// At a start a server that was killed may still be there for a moment.
void Attempt::claim_addresses() {
  if (interfaces_.size() != wanted_.exports.size()) return;
  const auto end = surroundings_.clock.now() + std::min(options_.closer_wait, kKilledServer);
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    if (findings_.unservable.contains(i)) continue;
    const aoe::Address address = wanted_.exports[i].address;
    const auto before = inventory_.exports().find(address);
    for (const std::string& name : inventory_.unserved(address, interfaces_[i])) {
      if (before != inventory_.exports().end() && before->second->claims.contains(name)) continue;
      if (auto claimed = claim(address, name, end)) {
        claims_[i].emplace(name, std::move(*claimed));
      } else {
        leave_out(i, name, claimed.error().message);
      }
    }
  }
}

base::Result<base::Fd> Attempt::claim(aoe::Address address, const std::string& interface,
                                      base::Clock::Time end) {
  auto claimed = surroundings_.machine.claim_address(address, interface);
  while (!claimed && claimed.error().code == EADDRINUSE && surroundings_.clock.now() < end) {
    surroundings_.clock.sleep(kPause);
    claimed = surroundings_.machine.claim_address(address, interface);
  }
  return claimed;
}

// Only the interface: on others the export may be in service, and no other server takes it away there.
void Attempt::leave_out(std::size_t index, const std::string& interface, const std::string& message) {
  findings_.problems.push_back(slot_problem(wanted_, index, message));
  std::erase(interfaces_[index], interface);
  if (interfaces_[index].empty()) findings_.unservable.insert(index);
}

// What is served already stays so: a reload finds nothing new in it.
Findings Attempt::conflicts_with_old_servers() {
  Findings found;
  std::optional<std::vector<OldServer>> servers;
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    const auto names = inventory_.unserved(wanted_.exports[i].address, interfaces_[i]);
    const auto volume = volumes_.find(i);
    if (names.empty() && volume == volumes_.end()) continue;
    if (!servers) servers = surroundings_.machine.old_servers();
    const bool opened = volume != volumes_.end() && !options_.force && !wanted_.exports[i].force;
    find_conflicts(*servers, wanted_, i, names, opened ? file_of(*volume->second) : std::nullopt, found);
  }
  return found;
}

// A reload that asks the network must not keep the initiators of what is served already waiting.
void Attempt::probe_addresses() {
  ProbeQuestions questions;
  std::map<aoe::Address, std::size_t> indices;
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    const aoe::Address address = wanted_.exports[i].address;
    indices[address] = i;
    if (findings_.unservable.contains(i)) continue;
    for (const std::string& name : inventory_.unserved(address, interfaces_[i]))
      questions[name].push_back(address);
  }
  const auto rivals =
      surroundings_.probe.ask(questions, options_.probe, [this] { inventory_.serve_waiting(); });
  for (const AddressConflict& rival : rivals) {
    const auto index = indices.find(rival.address);
    if (index == indices.end() || inventory_.serves(rival.address, rival.mac)) continue;
    const std::string fact = fmt::format("{} is already served by the host {} on {}", rival.address.text(),
                                         rival.mac.text(), rival.interface);
    if (options_.only_warn_of_rivals || wanted_.exports[index->second].force) {
      base::log::warning("{}: stop that one, or choose another address", fact);
    } else {
      leave_out(index->second, rival.interface,
                fact + ": stop that one, choose another address, or set 'force: true'");
    }
  }
}

}  // namespace vblade
