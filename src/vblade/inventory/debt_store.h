// DebtStore: errors that clients must still get, over the end of a server. The kernel reports a failed
// write-back once; a server that ends after it took the report keeps it here for the next one. The real store
// is DebtFiles; tests have one in memory.
#pragma once

#include "aoe/address.h"
#include "base/result.h"
#include "disk/loss_record.h"

#include <filesystem>
#include <set>
#include <utility>

namespace vblade {

class DebtStore {
 public:
  virtual ~DebtStore() = default;
  // No debts if nothing is kept. What is kept and cannot be read is owed to everybody.
  virtual disk::Debts load(aoe::Address address) = 0;
  // Replaces what is kept.
  virtual base::Result<> save(aoe::Address address, const disk::Debts& debts) = 0;
};

// One JSON file for each address that has debts, beside those of StateFiles.
class DebtFiles final : public DebtStore {
 public:
  // Keeps nothing when `directory` is empty.
  explicit DebtFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  disk::Debts load(aoe::Address address) override;
  base::Result<> save(aoe::Address address, const disk::Debts& debts) override;

 private:
  std::filesystem::path file_of(aoe::Address address) const;

  std::filesystem::path directory_;
  std::set<aoe::Address> kept_;  // that have a file: a disk of the state that hangs is not asked without need
};

}  // namespace vblade
