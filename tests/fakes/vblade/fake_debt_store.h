// FakeDebtStore: what clients must still get of an earlier server, in memory.
#pragma once

#include "vblade/inventory/debt_store.h"

#include <map>

class FakeDebtStore : public vblade::DebtStore {
 public:
  std::map<aoe::Address, disk::Debts> kept;

  disk::Debts load(aoe::Address address) override {
    const auto found = kept.find(address);
    return found == kept.end() ? disk::Debts{} : found->second;
  }
  base::Result<> save(aoe::Address address, const disk::Debts& debts) override {
    kept.erase(address);
    if (!debts.empty()) kept[address] = debts;
    return {};
  }
};
