#include "vblade/inventory/rollout.h"

#include "base/log.h"
#include "vblade/inventory/interface_choice.h"
#include "vblade/inventory/previous_server.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace vblade {

namespace {

// Between looks at an old server that may be about to end.
constexpr std::chrono::milliseconds kPause{20};

// One configuration: what has been opened for it and not yet put into service, and what is wrong with it.
class Attempt {
 public:
  Attempt(Inventory& inventory, const Rollout::Surroundings& surroundings, const config::Server& wanted,
          const Rollout::Options& options)
      : inventory_(inventory), surroundings_(surroundings), wanted_(wanted), options_(options) {}

  Problems run();

 private:
  void prepare_volumes();
  void prepare_links();
  void open_links_of(std::size_t index);
  void refuse_old_servers();
  Findings conflicts_with_old_servers();
  void probe_addresses();
  void prepare_states();
  void commit();
  std::unique_ptr<Export> bring_in(std::size_t index, std::unique_ptr<Export>& before);

  Inventory& inventory_;
  const Rollout::Surroundings& surroundings_;
  const config::Server& wanted_;
  const Rollout::Options& options_;
  Findings findings_;
  std::map<std::size_t, std::unique_ptr<disk::Volume>> volumes_;  // by index; the others keep theirs
  std::vector<std::vector<std::string>> interfaces_;              // by index
  std::map<std::string, std::unique_ptr<net::Link>> links_;       // of interfaces without a port
  std::set<std::string> closed_;                                  // interfaces whose link cannot be opened
  std::map<std::size_t, aoe::TargetState> states_;  // by index of what is new: what is kept of it
};

Problems Attempt::run() {
  prepare_volumes();
  prepare_links();
  refuse_old_servers();
  if (findings_.prevents_start(wanted_)) return findings_.problems;
  if (options_.probe.count() > 0) probe_addresses();
  if (findings_.prevents_start(wanted_)) return findings_.problems;
  prepare_states();
  if (findings_.leave_nothing(wanted_)) return findings_.problems;
  for (const config::Problem& one : findings_.problems)
    base::log::error("left out: {}", config::report({one}));
  commit();
  return {};
}

void Attempt::prepare_volumes() {
  const auto begin = surroundings_.clock.now();
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    const config::Export& settings = wanted_.exports[i];
    const auto before = inventory_.exports().find(settings.address);
    if (before != inventory_.exports().end() && before->second->same_volume(settings)) continue;
    disk::VolumeOptions how = volume_options(settings);
    how.force = how.force || options_.force;
    auto volume = open_after_previous_server(how, surroundings_.volumes, surroundings_.clock, begin,
                                             options_.closer_wait);
    if (volume) {
      volumes_.emplace(i, std::move(*volume));
    } else {
      findings_.problems.push_back(path_problem(wanted_, i, volume.error().message));
      findings_.unservable.insert(i);
    }
  }
}

void Attempt::prepare_links() {
  const auto present = surroundings_.machine.interfaces();
  if (!present) {
    findings_.problems.push_back({wanted_.file.string(), 0, 0, present.error().message, ""});
    for (std::size_t i = 0; i < wanted_.exports.size(); ++i) findings_.unservable.insert(i);
    return;
  }
  interfaces_ = choose_all(wanted_, *present, findings_);
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) open_links_of(i);
}

void Attempt::open_links_of(std::size_t index) {
  for (const std::string& name : interfaces_[index]) {
    if (inventory_.ports().contains(name) || links_.contains(name) || closed_.contains(name)) continue;
    if (auto link = surroundings_.machine.open_link(name, request_filter({}))) {
      links_.emplace(name, std::move(*link));
    } else {
      closed_.insert(name);
      findings_.problems.push_back(interfaces_problem(wanted_, index, link.error().message));
    }
  }
  std::erase_if(interfaces_[index], [&](const std::string& name) { return closed_.contains(name); });
  if (interfaces_[index].empty()) findings_.unservable.insert(index);
}

void Attempt::refuse_old_servers() {
  if (interfaces_.size() != wanted_.exports.size()) return;
  const auto end = surroundings_.clock.now() + std::min(options_.closer_wait, kKilledServer);
  Findings found = conflicts_with_old_servers();
  while (!found.problems.empty() && surroundings_.clock.now() < end) {
    surroundings_.clock.sleep(kPause);
    found = conflicts_with_old_servers();
  }
  findings_.problems.insert(findings_.problems.end(), found.problems.begin(), found.problems.end());
  findings_.unservable.merge(found.unservable);
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
    if (index == indices.end()) continue;
    const std::string message =
        fmt::format("{} is already served by the host {} on {}: stop that one, or choose another address",
                    rival.address.text(), rival.mac.text(), rival.interface);
    if (options_.only_warn_of_rivals) {
      base::log::warning("{}", message);
    } else {
      findings_.problems.push_back(slot_problem(wanted_, index->second, message));
      findings_.unservable.insert(index->second);
    }
  }
}

// A state that cannot be read is no fault of the configuration: it takes its own export out of service, and
// no other.
void Attempt::prepare_states() {
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    const aoe::Address address = wanted_.exports[i].address;
    if (findings_.unservable.contains(i) || inventory_.exports().contains(address)) continue;
    if (auto loaded = surroundings_.states.load(address)) {
      states_[i] = std::move(*loaded);
    } else {
      findings_.problems.push_back(slot_problem(wanted_, i, loaded.error().message));
      findings_.unservable.insert(i);
    }
  }
}

void Attempt::commit() {
  for (auto& [name, link] : links_) inventory_.add_port(name, std::move(link));
  Inventory::Exports before = inventory_.take_exports();
  Inventory::Exports now;
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    if (findings_.unservable.contains(i)) continue;
    const aoe::Address address = wanted_.exports[i].address;
    auto exported = bring_in(i, before[address]);
    exported->interfaces = interfaces_[i];
    now.emplace(address, std::move(exported));
  }
  inventory_.serve(std::move(now), std::move(before), std::move(findings_.problems));
}

// An export that keeps its volume is the one that it was; of another one `before` keeps the old one.
std::unique_ptr<Export> Attempt::bring_in(std::size_t index, std::unique_ptr<Export>& before) {
  const config::Export& settings = wanted_.exports[index];
  const auto volume = volumes_.find(index);
  if (volume == volumes_.end()) {
    before->apply(settings);
    return std::move(before);
  }
  auto fresh = inventory_.make(settings, std::move(volume->second));
  if (before) {
    fresh->take_state(before->target);
  } else {
    fresh->take_state(states_.at(index));
    if (!options_.mask.empty()) fresh->target.mask = options_.mask;
  }
  return fresh;
}

}  // namespace

Problems Rollout::apply(const config::Server& wanted, const Options& options) {
  return Attempt(inventory_, surroundings_, wanted, options).run();
}

}  // namespace vblade
