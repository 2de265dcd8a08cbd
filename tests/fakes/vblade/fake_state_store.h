// FakeStateStore: what initiators set, in memory. A test sees what was kept, and says what cannot be read.
#pragma once

#include "vblade/inventory/state_store.h"

#include <map>
#include <string>

class FakeStateStore : public vblade::StateStore {
 public:
  std::map<aoe::Address, aoe::TargetState> kept;
  std::map<aoe::Address, std::string> unreadable;  // and why

  base::Result<aoe::TargetState> load(aoe::Address address) override {
    if (const auto why = unreadable.find(address); why != unreadable.end())
      return base::fail("{}", why->second);
    const auto found = kept.find(address);
    return found == kept.end() ? aoe::TargetState{} : found->second;
  }
  base::Result<> save(aoe::Address address, const aoe::TargetState& state) override {
    kept[address] = state;
    return {};
  }
};
