#include "vblade/inventory/inventory.h"

#include "base/log.h"
#include "vblade/inventory/address_probe.h"
#include "vblade/inventory/former_server.h"
#include "vblade/inventory/interface_choice.h"

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>

namespace vblade {

namespace {

// No frame is so short.
constexpr const char* kNoRequests = "less 1";
// Between looks at an old server that may be about to end.
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

// What apply() has opened and not yet put into service.
struct Inventory::Plan {
  std::map<std::size_t, disk::Volume> volumes;              // by index; the others keep theirs
  std::vector<std::vector<std::string>> interfaces;         // by index
  std::map<std::string, std::unique_ptr<net::Link>> links;  // of interfaces without a port
  std::map<std::size_t, aoe::Target> states;                // by index of what is new: what is kept of it
  std::set<std::size_t> hopeless;                           // indices of what is left out
};

Inventory::Inventory(Machine& machine, disk::Engine& engine, Server& server, StateStore state)
    : machine_(machine), engine_(engine), server_(server), state_(std::move(state)) {}

Problems Inventory::apply(const config::Server& wanted, const Options& options) {
  Plan plan;
  Findings findings;
  prepare_volumes(wanted, options, plan, findings);
  prepare_links(wanted, plan, findings);
  refuse_old_servers(wanted, options, plan, findings);
  if (findings.keep_from_serving(wanted)) return findings.problems;
  if (options.probe.count() > 0) probe_addresses(wanted, options, plan, findings);
  if (findings.keep_from_serving(wanted)) return findings.problems;
  prepare_states(wanted, plan, findings);
  if (findings.leave_nothing(wanted)) return findings.problems;
  plan.hopeless = std::move(findings.hopeless);
  left_out_ = std::move(findings.problems);
  for (const config::Problem& one : left_out_) base::log::error("left out: {}", config::report({one}));
  commit(wanted, options, plan);
  return {};
}

void Inventory::prepare_volumes(const config::Server& wanted, const Options& options, Plan& plan,
                                Findings& findings) {
  const Time begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    const config::Export& settings = wanted.exports[i];
    const auto before = exports_.find(settings.address);
    if (before != exports_.end() && before->second->same_volume(settings)) continue;
    disk::VolumeOptions how = volume_options(settings);
    how.force = how.force || options.force;
    auto volume = open_after_former_server(how, claims_, begin, options.closers);
    if (volume) {
      plan.volumes.emplace(i, std::move(*volume));
    } else {
      findings.problems.push_back(path_problem(wanted, i, volume.error().message));
      findings.hopeless.insert(i);
    }
  }
}

void Inventory::prepare_links(const config::Server& wanted, Plan& plan, Findings& findings) {
  const auto present = machine_.interfaces();
  if (!present) {
    findings.problems.push_back({wanted.file.string(), 0, 0, present.error().message, ""});
    for (std::size_t i = 0; i < wanted.exports.size(); ++i) findings.hopeless.insert(i);
    return;
  }
  plan.interfaces = choose_all(wanted, *present, findings);
  std::set<std::string> closed;
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    for (const std::string& name : plan.interfaces[i]) {
      if (ports_.contains(name) || plan.links.contains(name) || closed.contains(name)) continue;
      if (auto link = machine_.open_link(name, request_filter({}))) {
        plan.links.emplace(name, std::move(*link));
      } else {
        closed.insert(name);
        findings.problems.push_back(interfaces_problem(wanted, i, link.error().message));
      }
    }
    std::erase_if(plan.interfaces[i], [&](const std::string& name) { return closed.contains(name); });
    if (plan.interfaces[i].empty()) findings.hopeless.insert(i);
  }
}

void Inventory::refuse_old_servers(const config::Server& wanted, const Options& options, const Plan& plan,
                                   Findings& findings) {
  if (plan.interfaces.size() != wanted.exports.size()) return;
  const auto end = std::chrono::steady_clock::now() + std::min(options.closers, kKilledServer);
  Findings found = conflicts_with_old_servers(wanted, options, plan);
  while (!found.problems.empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kPause);
    found = conflicts_with_old_servers(wanted, options, plan);
  }
  findings.problems.insert(findings.problems.end(), found.problems.begin(), found.problems.end());
  findings.hopeless.merge(found.hopeless);
}

// What is served already stays so: a reload finds nothing new in it.
Findings Inventory::conflicts_with_old_servers(const config::Server& wanted, const Options& options,
                                               const Plan& plan) {
  Findings found;
  std::optional<std::vector<OldServer>> servers;
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    const auto names = unserved(wanted.exports[i].address, plan.interfaces[i]);
    const auto volume = plan.volumes.find(i);
    if (names.empty() && volume == plan.volumes.end()) continue;
    if (!servers) servers = machine_.old_servers();
    const bool opened = volume != plan.volumes.end() && !options.force && !wanted.exports[i].force;
    find_conflicts(*servers, wanted, i, names, opened ? file_of(volume->second) : std::nullopt, found);
  }
  return found;
}

std::vector<std::string> Inventory::unserved(aoe::Address address,
                                             const std::vector<std::string>& interfaces) const {
  std::vector<std::string> names;
  for (const std::string& name : interfaces) {
    const auto port = ports_.find(name);
    if (port == ports_.end() || port->second->exports.find(address) == nullptr) names.push_back(name);
  }
  return names;
}

void Inventory::probe_addresses(const config::Server& wanted, const Options& options, const Plan& plan,
                                Findings& findings) {
  ProbeQuestions questions;
  std::map<aoe::Address, std::size_t> indices;
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    const aoe::Address address = wanted.exports[i].address;
    indices[address] = i;
    if (findings.hopeless.contains(i)) continue;
    for (const std::string& name : unserved(address, plan.interfaces[i])) questions[name].push_back(address);
  }
  for (const Rival& rival : find_rivals(machine_, questions, options.probe, [this] { serve_waiting(); })) {
    const auto index = indices.find(rival.address);
    if (index == indices.end()) continue;
    const std::string message =
        fmt::format("{} is served already, by the host {} on {}: stop that one, or choose another address",
                    rival.address.text(), rival.mac.text(), rival.interface);
    if (options.only_warn_of_rivals) {
      base::log::warning("{}", message);
    } else {
      findings.problems.push_back(slot_problem(wanted, index->second, message));
      findings.hopeless.insert(index->second);
    }
  }
}

// A state that cannot be read is no fault of the configuration: it takes its own export out of service, and
// no other.
void Inventory::prepare_states(const config::Server& wanted, Plan& plan, Findings& findings) {
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    if (findings.hopeless.contains(i) || exports_.contains(wanted.exports[i].address)) continue;
    aoe::Target& kept = plan.states[i];
    kept.address = wanted.exports[i].address;
    if (const auto loaded = state_.load(kept); !loaded) {
      findings.problems.push_back(slot_problem(wanted, i, loaded.error().message));
      findings.hopeless.insert(i);
    }
  }
}

// A reload that asks the network must not keep the initiators of what is served already waiting.
void Inventory::serve_waiting() {
  for (const auto& [name, port] : ports_) {
    if (port->link() != nullptr && port->link()->pending()) (void)server_.serve(*port);
  }
  (void)server_.reap();
}

void Inventory::commit(const config::Server& wanted, const Options& options, Plan& plan) {
  for (auto& [name, link] : plan.links) {
    auto port = std::make_unique<Port>(name);
    port->attach(std::move(link));
    ports_.emplace(name, std::move(port));
  }
  const auto served_before = served();
  std::map<aoe::Address, std::unique_ptr<Export>> before = std::exchange(exports_, {});
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    if (plan.hopeless.contains(i)) continue;
    const config::Export& settings = wanted.exports[i];
    std::unique_ptr<Export> old = std::move(before[settings.address]);
    const auto volume = plan.volumes.find(i);
    std::unique_ptr<Export> now;
    if (volume == plan.volumes.end()) {
      now = std::move(old);
      now->apply(settings);
    } else {
      now = std::make_unique<Export>(settings, std::move(volume->second), engine_, server_.done());
      if (old) {
        now->take_state(old->target);
      } else {
        now->take_state(plan.states.at(i));
        if (!options.mask.empty()) now->target.mask = options.mask;
      }
    }
    now->interfaces = plan.interfaces[i];
    if (old) retire(std::move(old));
    exports_.emplace(settings.address, std::move(now));
  }
  for (auto& [address, old] : before) {
    if (old) retire(std::move(old));
  }
  engine_.push();
  fill_tables();
  for (const auto& [port, target] : served()) {
    if (!served_before.contains({port, target})) server_.advertise(*port, *target);
  }
  sweep();
}

std::set<std::pair<Port*, const Export*>> Inventory::served() const {
  std::set<std::pair<Port*, const Export*>> pairs;
  for (const auto& [name, port] : ports_) {
    for (const Export* target : port->exports.all()) pairs.emplace(port.get(), target);
  }
  return pairs;
}

// Ports that no export uses any more are retired here.
void Inventory::fill_tables() {
  std::map<std::string, std::vector<Export*>> members;
  for (const auto& [address, target] : exports_) {
    if (target->drained) continue;
    for (const std::string& name : target->interfaces) {
      auto& list = members[name];
      if (list.empty() || list.back() != target.get()) list.push_back(target.get());
    }
  }
  for (auto at = ports_.begin(); at != ports_.end();) {
    Port& port = *at->second;
    port.exports.assign(std::move(members[at->first]));
    const bool wanted = std::any_of(exports_.begin(), exports_.end(), [&](const auto& one) {
      const auto& names = one.second->interfaces;
      return std::find(names.begin(), names.end(), port.name) != names.end();
    });
    if (!wanted) {
      port.detach();
      retired_ports_.push_back(std::move(at->second));
      at = ports_.erase(at);
      continue;
    }
    if (port.link() != nullptr) {
      const auto filtered = port.link()->set_filter(filter_of(port));
      if (!filtered) base::log::warning("{}: {}", port.name, filtered.error().message);
    }
    ++at;
  }
}

std::string Inventory::filter_of(const Port& port) {
  std::set<std::uint16_t> shelves;
  for (const Export* target : port.exports.all()) shelves.insert(target->address().shelf);
  return request_filter(std::vector(shelves.begin(), shelves.end()));
}

void Inventory::advertise(const Export& target) {
  for (const std::string& name : target.interfaces) {
    const auto port = ports_.find(name);
    if (port != ports_.end()) server_.advertise(*port->second, target);
  }
}

void Inventory::follow_interfaces(const std::vector<net::Interface>& present) {
  for (const auto& [name, port] : ports_) {
    const auto now = std::find_if(present.begin(), present.end(),
                                  [&](const net::Interface& one) { return one.name == port->name; });
    if (now == present.end()) {
      if (port->link() != nullptr) base::log::warning("{}: the interface is gone", name);
      port->detach();
      continue;
    }
    const bool same = port->link() != nullptr && port->link()->interface().index == now->index &&
                      port->wire.mac == now->mac && port->wire.mtu == now->mtu;
    if (!same) {
      if (now->enabled) open_again(*port);
    } else if (now->up && !port->was_up) {
      base::log::info("{}: the link is up", name);
      for (Export* target : port->exports.all()) server_.advertise(*port, *target);
    } else if (!now->up && port->was_up) {
      base::log::warning("{}: the link is down", name);
      while (server_.serve(*port)) {
      }  // until nothing is left: that takes the error which keeps the socket readable
    }
    port->was_up = now->up;
  }
}

// Without losing what the old link has heard. For a moment both hear, so what the old one had comes first,
// and again, at once, what the new one has of it: a write that is done twice must not come after a later one
// that came by another interface.
void Inventory::hand_over(Port& port, std::unique_ptr<net::Link> link) {
  std::uint64_t again = 0;
  if (port.link() != nullptr) {
    (void)port.link()->set_filter(kNoRequests);
    again = port.counters.requests;
    while (server_.serve(port)) {
    }
    again = port.counters.requests - again;
  }
  port.attach(std::move(link));
  again += port.counters.requests;
  while (port.counters.requests < again && server_.serve(port)) {
  }
}

void Inventory::open_again(Port& port) {
  auto link = machine_.open_link(port.name, filter_of(port));
  if (!link) {
    port.detach();
    base::log::warning("{}: {}", port.name, link.error().message);
    return;
  }
  hand_over(port, std::move(*link));
  base::log::info("{}: served again, MTU {}", port.name, port.wire.mtu);
  for (Export* target : port.exports.all()) server_.advertise(port, *target);
}

void Inventory::refresh_disks() {
  for (const auto& [address, target] : exports_) {
    target->refresh_health();
    if (const auto errors = target->errors_to_tell())
      base::log::error("{}: {}", address.text(), errors->text());
    if (const auto refusals = target->refusals_to_tell()) {
      base::log::warning("{}: refused {} requests, the last from {}: not on its mask or allow list",
                         address.text(), refusals->count, refusals->last.text());
    }
    const std::uint64_t before = target->target.sectors;
    if (!target->refresh_size()) continue;
    base::log::warning("{}: {} has {} sectors now, before {}", address.text(), target->volume.path().string(),
                       target->target.sectors, before);
    advertise(*target);
  }
  look_at_next_place();
}

// One a second, in turn: looking along thousands of paths takes its time. Which file is the right one only
// the administrator knows, so the one that clients have stays until a reload.
void Inventory::look_at_next_place() {
  auto next = exports_.upper_bound(placed_last_);
  if (next == exports_.end()) next = exports_.begin();
  if (next == exports_.end()) return;
  placed_last_ = next->first;
  Export& target = *next->second;
  if (!target.refresh_place()) return;
  const std::string name = target.address().text();
  const std::string path = target.volume.path().string();
  switch (target.place()) {
    case disk::Place::same:
      base::log::info("{}: '{}' is the file that clients have, again", name, path);
      break;
    case disk::Place::other:
      base::log::warning(
          "{}: '{}' was replaced by another file; clients still have the one before, until 'vbladectl "
          "reload'",
          name, path);
      break;
    case disk::Place::gone:
      base::log::warning(
          "{}: '{}' was deleted; clients still have it, and what they write ends with vblade: save a "
          "copy, put a file there, then 'vbladectl reload'",
          name, path);
      break;
  }
}

void Inventory::drain(Export& target) {
  target.drained = true;
  fill_tables();
  base::log::info("{}: drained, {} requests in flight", target.address().text(), target.queue.outstanding());
}

void Inventory::keep_state(const Export& target) {
  if (auto kept = state_.save(target.target); !kept) base::log::error("{}", kept.error().message);
}

void Inventory::retire(std::unique_ptr<Export> old) {
  old->write_back();
  retired_exports_.push_back(std::move(old));
}

void Inventory::write_back() {
  for (const auto& [address, target] : exports_) target->write_back();
  engine_.push();
}

void Inventory::sweep() {
  std::erase_if(retired_exports_, [](const auto& one) { return one->queue.outstanding() == 0; });
  std::erase_if(retired_ports_, [](const auto& one) { return one->outstanding == 0; });
}

std::vector<int> Inventory::release_all_but_hanging() {
  ports_.clear();
  retired_ports_.clear();
  sweep();
  std::erase_if(exports_, [](const auto& one) { return one.second->queue.outstanding() == 0; });
  std::vector<int> hanging;
  const auto add = [&hanging](const Export& one) {
    const auto held = one.volume.descriptors();
    hanging.insert(hanging.end(), held.begin(), held.end());
  };
  for (const auto& [address, target] : exports_) add(*target);
  for (const auto& target : retired_exports_) add(*target);
  return hanging;
}

unsigned Inventory::outstanding() const {
  unsigned sum = 0;
  for (const auto& [address, target] : exports_) sum += target->queue.outstanding();
  for (const auto& target : retired_exports_) sum += target->queue.outstanding();
  return sum;
}

}  // namespace vblade
