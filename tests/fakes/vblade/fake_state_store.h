// FakeStateStore: what initiators set, in memory. A test sees what was kept, and says what cannot be read.
#pragma once

#include "vblade/inventory/state_store.h"

#include <map>
#include <string>

class FakeStateStore : public vblade::StateStore {
 public:
  std::map<aoe::Address, aoe::Target> kept;
  std::map<aoe::Address, std::string> unreadable;  // and why
  std::string full;                                // why nothing can be kept; empty: it can

  base::Result<> load(aoe::Target& target) override {
    if (const auto why = unreadable.find(target.address); why != unreadable.end())
      return base::fail("{}", why->second);
    if (const auto found = kept.find(target.address); found != kept.end()) {
      target.config_string = found->second.config_string;
      target.mask = found->second.mask;
      target.reservation = found->second.reservation;
    }
    return {};
  }
  base::Result<> save(const aoe::Target& target) override {
    if (!full.empty()) return base::fail("{}", full);
    kept[target.address] = target;
    return {};
  }
};
