#include "vblade/inventory/inventory.h"

#include "base/log.h"
#include "vblade/inventory/interface_choice.h"

#include <algorithm>

namespace vblade {

std::vector<std::string> Inventory::unserved(aoe::Address address,
                                             const std::vector<std::string>& interfaces) const {
  std::vector<std::string> names;
  for (const std::string& name : interfaces) {
    const auto port = ports_.find(name);
    if (port == ports_.end() || port->second->exports.find(address) == nullptr) names.push_back(name);
  }
  return names;
}

bool Inventory::serves(aoe::Address address, base::MacAddress mac) const {
  return std::ranges::any_of(ports_, [&](const auto& one) {
    return one.second->wire.mac == mac && one.second->exports.find(address) != nullptr;
  });
}

std::unique_ptr<Export> Inventory::make(const config::Export& settings,
                                        std::unique_ptr<disk::Volume> volume) {
  auto exported = std::make_unique<Export>(settings, std::move(volume), engine_, server_.done());
  exported->queue.loss_record().take_over(debts_.load(settings.address));
  return exported;
}

void Inventory::add_port(const std::string& interface, std::unique_ptr<net::Link> link) {
  auto port = std::make_unique<Port>(interface);
  port->attach(std::move(link));
  ports_.emplace(interface, std::move(port));
}

void Inventory::serve(Exports exports, Exports former, Problems left_out) {
  const auto served_before = served();
  exports_ = std::move(exports);
  left_out_ = std::move(left_out);
  for (auto& [address, old] : former) {
    if (old) retire(std::move(old));
  }
  engine_.push();
  fill_tables();
  for (const auto& [port, exported] : served()) {
    if (!served_before.contains({port, exported})) server_.advertise(*port, *exported);
  }
  sweep();
}

std::set<std::pair<Port*, const Export*>> Inventory::served() const {
  std::set<std::pair<Port*, const Export*>> pairs;
  for (const auto& [name, port] : ports_) {
    for (const Export* exported : port->exports.all()) pairs.emplace(port.get(), exported);
  }
  return pairs;
}

// Ports that no export uses any more are retired here.
void Inventory::fill_tables() {
  std::map<std::string, std::vector<Export*>> members;
  for (const auto& [address, exported] : exports_) {
    if (exported->drained) continue;
    for (const std::string& name : exported->interfaces) {
      auto& list = members[name];
      if (list.empty() || list.back() != exported.get()) list.push_back(exported.get());
    }
  }
  for (auto at = ports_.begin(); at != ports_.end();) {
    Port& port = *at->second;
    port.exports.assign(std::move(members[at->first]));
    if (!is_wanted(port)) {
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

bool Inventory::is_wanted(const Port& port) const {
  return std::any_of(exports_.begin(), exports_.end(), [&](const auto& one) {
    const auto& names = one.second->interfaces;
    return std::find(names.begin(), names.end(), port.name) != names.end();
  });
}

void Inventory::drain(Export& exported) {
  exported.drained = true;
  fill_tables();
  base::log::info("{}: drained, {} requests in flight", exported.address().text(),
                  exported.queue.outstanding());
}

void Inventory::advertise(const Export& exported) {
  for (const std::string& name : exported.interfaces) {
    const auto port = ports_.find(name);
    if (port != ports_.end()) server_.advertise(*port->second, exported);
  }
}

void Inventory::serve_waiting() {
  for (const auto& [name, port] : ports_) {
    if (port->link() != nullptr && port->link()->pending()) (void)server_.serve(*port);
  }
  (void)server_.reap();
}

// It answers nobody any more, so that its address is free at once, however long its disk takes.
void Inventory::retire(std::unique_ptr<Export> old) {
  old->claims.clear();
  server_.drop_held(*old);
  old->write_back();
  retired_exports_.push_back(std::move(old));
}

void Inventory::write_back() {
  for (const auto& [address, exported] : exports_) exported->write_back();
  engine_.push();
}

void Inventory::inquire() {
  for (const auto& [address, exported] : exports_) exported->queue.inquire();
  engine_.push();
}

bool Inventory::settle_losses() {
  bool none = true;
  for (const auto& [address, exported] : exports_) none = keep_debts(*exported) && none;
  for (const auto& exported : retired_exports_) none = keep_debts(*exported) && none;
  return none;
}

bool Inventory::keep_debts(Export& exported) {
  if (const auto losses = exported.losses_to_tell())
    base::log::error("{}: {}", exported.address().text(), *losses);
  const disk::Debts debts = exported.queue.loss_record().debts();
  if (const auto kept = debts_.save(exported.address(), debts); !kept)
    base::log::error("{}", kept.error().message);
  return debts.empty();
}

// An export that has the address now owes what the retired one owed.
void Inventory::take_leave(Export& retired) {
  const auto successor = exports_.find(retired.address());
  if (successor != exports_.end()) {
    successor->second->queue.loss_record().take_over(retired.queue.loss_record().debts());
  }
  keep_debts(retired);
}

void Inventory::sweep() {
  std::erase_if(retired_exports_, [this](const auto& one) {
    const bool is_idle = one->outstanding() == 0;
    if (is_idle) take_leave(*one);
    return is_idle;
  });
  std::erase_if(retired_ports_, [](const auto& one) { return one->outstanding == 0; });
}

std::vector<int> Inventory::release_all_but_hanging() {
  ports_.clear();
  retired_ports_.clear();
  sweep();
  std::erase_if(exports_, [](const auto& one) { return one.second->queue.outstanding() == 0; });
  std::vector<int> hanging;
  const auto add = [&hanging](const Export& one) {
    const auto held = one.volume->descriptors();
    hanging.insert(hanging.end(), held.begin(), held.end());
  };
  for (const auto& [address, exported] : exports_) add(*exported);
  for (const auto& exported : retired_exports_) add(*exported);
  return hanging;
}

unsigned Inventory::outstanding() const {
  unsigned sum = 0;
  for (const auto& [address, exported] : exports_) sum += exported->queue.outstanding();
  for (const auto& exported : retired_exports_) sum += exported->queue.outstanding();
  return sum;
}

std::size_t room_of(const Port& port) {
  std::size_t room = 0;
  for (const Export* exported : port.exports.all()) room += room_for(exported->target.buffer_count);
  return room;
}

std::set<std::uint16_t> shelves_of(const Port& port) {
  std::set<std::uint16_t> shelves;
  for (const Export* exported : port.exports.all()) shelves.insert(exported->address().shelf);
  return shelves;
}

std::string filter_of(const Port& port) {
  const auto shelves = shelves_of(port);
  return request_filter(std::vector(shelves.begin(), shelves.end()));
}

}  // namespace vblade
