// StateStore: what initiators set on an export (config string, mask list, reservation), kept over restarts:
// one JSON file for each address, replaced as a whole. Versions differ by the keys that they add: each reads
// the files of all others, and keeps the keys that it does not know. The number in them stays 1, because
// the first vblade that kept state takes a file of another number for damaged, and serves to every host.
#pragma once

#include "aoe/target.h"
#include "base/result.h"

#include <filesystem>
#include <vector>

namespace vblade {

class StateStore {
 public:
  // Keeps nothing when `directory` is empty.
  explicit StateStore(std::filesystem::path directory = {}) : directory_(std::move(directory)) {}

  // Puts what is kept for target.address into `target`; nothing kept is no error. After an error the export
  // must not be served: the file may say who is to be kept from it. The file stays as it is.
  base::Result<> load(aoe::Target& target) const;
  // The new state replaces the old as a whole, on stable storage: kill -9 and a power cut leave one of the
  // two.
  base::Result<> save(const aoe::Target& target) const;
  // The files that load() would read, of all addresses.
  std::vector<std::filesystem::path> files() const;

 private:
  std::filesystem::path file_of(aoe::Address address) const;

  std::filesystem::path directory_;
};

}  // namespace vblade
