#include "vblade/inventory.h"

#include "base/log.h"
#include "vblade/interface_choice.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

namespace vblade {

namespace {

std::string line_of(const std::filesystem::path& file, int number) {
  std::ifstream in(file);
  std::string line;
  for (int i = 0; i < number && std::getline(in, line); ++i) {
  }
  return line;
}

// A problem found when an export of the file is brought into being, at the export's place in the file.
config::Problem problem(const config::Server& wanted, std::size_t index, const char* key,
                        const std::string& message) {
  const config::Export& one = wanted.exports[index];
  if (wanted.file.empty()) return {"", 0, 0, message, ""};
  return {wanted.file.string(), one.line, one.column, fmt::format("exports[{}].{}: {}", index, key, message),
          line_of(wanted.file, one.line)};
}

// The interfaces of each export, in the file's order. What many exports have in common is reported once.
std::vector<std::vector<std::string>> choose_all(const config::Server& wanted,
                                                 const std::vector<net::Interface>& present,
                                                 Problems& problems) {
  std::vector<std::vector<std::string>> chosen(wanted.exports.size());
  std::set<std::string> reported;
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    for (const std::string& pattern : wanted.exports[i].interfaces) {
      const auto names = choose_interfaces(present, pattern);
      if (names) {
        chosen[i].insert(chosen[i].end(), names->begin(), names->end());
      } else if (reported.insert(pattern).second) {
        problems.push_back(problem(wanted, i, "interfaces", names.error().message));
      }
    }
  }
  return chosen;
}

}  // namespace

Problems check(const config::Server& wanted, Machine& machine) {
  Problems problems;
  if (const auto present = machine.interfaces()) {
    (void)choose_all(wanted, *present, problems);
  } else {
    problems.push_back({wanted.file.string(), 0, 0, present.error().message, ""});
  }
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    disk::VolumeOptions options = volume_options(wanted.exports[i]);
    options.force = true;
    disk::Claims claims;
    const auto volume = disk::Volume::open(options, claims);
    if (!volume) problems.push_back(problem(wanted, i, "path", volume.error().message));
  }
  return problems;
}

// What apply() has opened and not yet put into service.
struct Inventory::Plan {
  std::map<std::size_t, disk::Volume> volumes;              // by index; the others keep theirs
  std::vector<std::vector<std::string>> interfaces;         // by index
  std::map<std::string, std::unique_ptr<net::Link>> links;  // of interfaces without a port
};

Inventory::Inventory(Machine& machine, disk::Engine& engine, Server& server,
                     std::function<void(Port&)> link_opened, StateStore state)
    : machine_(machine),
      engine_(engine),
      server_(server),
      link_opened_(std::move(link_opened)),
      state_(std::move(state)) {}

Problems Inventory::apply(const config::Server& wanted, const Options& options) {
  Plan plan;
  Problems problems;
  prepare_volumes(wanted, options, plan, problems);
  prepare_links(wanted, plan, problems);
  if (problems.empty()) commit(wanted, options, plan);
  return problems;
}

void Inventory::prepare_volumes(const config::Server& wanted, const Options& options, Plan& plan,
                                Problems& problems) {
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    const config::Export& settings = wanted.exports[i];
    const auto before = exports_.find(settings.address);
    if (before != exports_.end() && before->second->same_volume(settings)) continue;
    disk::VolumeOptions how = volume_options(settings);
    how.force = options.force;
    auto volume = disk::Volume::open(how, claims_);
    if (volume) {
      plan.volumes.emplace(i, std::move(*volume));
    } else {
      problems.push_back(problem(wanted, i, "path", volume.error().message));
    }
  }
}

void Inventory::prepare_links(const config::Server& wanted, Plan& plan, Problems& problems) {
  const auto present = machine_.interfaces();
  if (!present) {
    problems.push_back({wanted.file.string(), 0, 0, present.error().message, ""});
    return;
  }
  plan.interfaces = choose_all(wanted, *present, problems);
  for (std::size_t i = 0; i < wanted.exports.size(); ++i) {
    for (const std::string& name : plan.interfaces[i]) {
      if (ports_.contains(name) || plan.links.contains(name)) continue;
      auto link = machine_.open_link(name, request_filter({}));
      if (!link) problems.push_back(problem(wanted, i, "interfaces", link.error().message));
      plan.links.emplace(name, link ? std::move(*link) : nullptr);
    }
  }
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
        now->take_state(*old);
      } else {
        if (auto kept = state_.load(now->target); !kept) base::log::error("{}", kept.error().message);
        if (!options.mask.empty()) now->target.mask = options.mask;
      }
    }
    now->interfaces = plan.interfaces[i];
    if (old) retired_exports_.push_back(std::move(old));
    exports_.emplace(settings.address, std::move(now));
  }
  for (auto& [address, old] : before) {
    if (old) retired_exports_.push_back(std::move(old));
  }
  fill_tables();
  for (const auto& [name, link] : plan.links) {
    if (const auto port = ports_.find(name); port != ports_.end()) link_opened_(*port->second);
  }
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

void Inventory::open_again(Port& port) {
  auto link = machine_.open_link(port.name, filter_of(port));
  if (!link) {
    port.detach();
    base::log::warning("{}: {}", port.name, link.error().message);
    return;
  }
  port.attach(std::move(*link));
  base::log::info("{}: served again, MTU {}", port.name, port.wire.mtu);
  link_opened_(port);
  for (Export* target : port.exports.all()) server_.advertise(port, *target);
}

void Inventory::refresh_sizes() {
  for (const auto& [address, target] : exports_) {
    const std::uint64_t before = target->target.sectors;
    if (!target->refresh_size()) continue;
    base::log::warning("{}: {} has {} sectors now, before {}", address.text(), target->volume.path().string(),
                       target->target.sectors, before);
    advertise(*target);
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

void Inventory::sweep() {
  std::erase_if(retired_exports_, [](const auto& one) { return one->queue.outstanding() == 0; });
  std::erase_if(retired_ports_, [](const auto& one) { return one->outstanding == 0; });
}

unsigned Inventory::outstanding() const {
  unsigned sum = 0;
  for (const auto& [address, target] : exports_) sum += target->queue.outstanding();
  for (const auto& target : retired_exports_) sum += target->queue.outstanding();
  return sum;
}

}  // namespace vblade
