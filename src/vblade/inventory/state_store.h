// StateStore: what initiators set on an export (config string, mask list, reservation), kept over restarts.
// The real one is StateFiles; tests have one in memory.
#pragma once

#include "aoe/target.h"
#include "base/result.h"

#include <filesystem>
#include <vector>

namespace vblade {

class StateStore {
 public:
  virtual ~StateStore() = default;
  // The state of this address; nothing kept is no error. After an error the export must not be served: the
  // state may say who is to be kept from it. It stays as it is.
  virtual base::Result<aoe::TargetState> load(aoe::Address address) = 0;
  // The new state replaces the old as a whole, on stable storage: kill -9 and a power cut leave one of the
  // two.
  virtual base::Result<> save(aoe::Address address, const aoe::TargetState& state) = 0;
};

// One JSON file for each address. Versions differ by the keys that they add: each reads the files of all
// others, and keeps the keys that it does not know. The number in them stays 1, because the first vblade that
// kept state takes a file of another number for damaged, and serves to every host.
class StateFiles final : public StateStore {
 public:
  // Keeps nothing when `directory` is empty.
  explicit StateFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  base::Result<aoe::TargetState> load(aoe::Address address) override;
  base::Result<> save(aoe::Address address, const aoe::TargetState& state) override;
  // The files that load() would read, of all addresses.
  std::vector<std::filesystem::path> files() const;

 private:
  static base::Result<> replace(const std::filesystem::path& path, const aoe::TargetState& state);
  std::filesystem::path file_of(aoe::Address address) const;

  std::filesystem::path directory_;
};

}  // namespace vblade
