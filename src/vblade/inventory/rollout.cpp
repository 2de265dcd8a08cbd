#include "vblade/inventory/rollout.h"

#include "base/log.h"
#include "vblade/inventory/interface_choice.h"
#include "vblade/inventory/previous_server.h"
#include "vblade/inventory/rollout_attempt.h"
#include "vblade/inventory/shared_disks.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace vblade {

namespace {

// An export has up to three descriptors of its disk, and one for each interface.
std::string too_few_files(std::size_t exports) {
  return fmt::format("; {} exports need up to {} open files: raise the limit, as in 'ulimit -n {}'", exports,
                     4 * exports + 100, 4 * exports + 100);
}

}  // namespace

Problems Attempt::run() {
  prepare_volumes();
  refuse_shared_disks();
  prepare_links();
  refuse_old_servers();
  claim_addresses();
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
      std::string message = volume.error().message;
      if (volume.error().code == EMFILE) message += too_few_files(wanted_.exports.size());
      findings_.problems.push_back(path_problem(wanted_, i, message));
      findings_.unservable.insert(i);
    }
  }
}

void Attempt::refuse_shared_disks() {
  if (options_.force) return;
  std::vector<OpenDisk> disks(wanted_.exports.size());
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const auto before = inventory_.exports().find(wanted_.exports[i].address);
    if (const auto fresh = volumes_.find(i); fresh != volumes_.end()) {
      disks[i].id = file_of(*fresh->second);
    } else if (!findings_.unservable.contains(i) && before != inventory_.exports().end()) {
      disks[i] = {file_of(*before->second->volume), false};
    }
  }
  find_shared_disks(wanted_, disks, findings_);
  if (!volumes_.empty()) find_held_disks(wanted_, disks, surroundings_.machine.disk_holders(), findings_);
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
    if (auto link = surroundings_.machine.open_link(name, request_filter({}), room_on(name))) {
      links_.emplace(name, std::move(*link));
    } else {
      closed_.insert(name);
      findings_.problems.push_back(interfaces_problem(wanted_, index, link.error().message));
    }
  }
  std::erase_if(interfaces_[index], [&](const std::string& name) { return closed_.contains(name); });
  if (interfaces_[index].empty()) findings_.unservable.insert(index);
}

std::size_t Attempt::room_on(const std::string& interface) const {
  std::size_t room = 0;
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    if (std::ranges::count(interfaces_[i], interface) > 0) room += room_for(wanted_.exports[i].buffers);
  }
  return room;
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
  surroundings_.serials.learn(wanted_);
  Inventory::Exports before = inventory_.take_exports();
  Inventory::Exports now;
  for (std::size_t i = 0; i < wanted_.exports.size(); ++i) {
    if (findings_.unservable.contains(i)) continue;
    const aoe::Address address = wanted_.exports[i].address;
    auto exported = bring_in(i, before[address]);
    if (wanted_.exports[i].serial.empty()) surroundings_.serials.name(exported->target);
    exported->interfaces = interfaces_[i];
    exported->claims.merge(claims_[i]);
    std::erase_if(exported->claims, [&](const auto& claim) {
      return std::ranges::find(interfaces_[i], claim.first) == interfaces_[i].end();
    });
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
    fresh->claims = std::move(before->claims);
  } else {
    fresh->take_state(states_.at(index));
    if (!options_.mask.empty()) fresh->target.mask = options_.mask;
  }
  return fresh;
}

Problems Rollout::apply(const config::Server& wanted, const Options& options) {
  return Attempt(inventory_, surroundings_, wanted, options).run();
}

}  // namespace vblade
