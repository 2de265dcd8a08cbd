// Ledger: what `up` changed of this machine besides mounting, kept in /run until `down` has undone it. Each
// change is written down before it is made, so that a run that was killed leaves nothing unknown behind.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace aoe_mount {

struct Changes {
  bool driver = false;                            // loaded
  std::vector<std::string> interfaces;            // raised
  std::map<std::string, std::uint32_t> mtus;      // of interfaces, before they were set
  std::map<std::string, std::string> parameters;  // of a driver that was there, before they were set
  std::string deadsecs;  // aoe_deadsecs before it was lowered for silent targets; empty: it was not

  bool empty() const {
    return !driver && interfaces.empty() && mtus.empty() && parameters.empty() && deadsecs.empty();
  }
};

class Ledger {
 public:
  explicit Ledger(std::filesystem::path file) : file_(std::move(file)) {}

  // Between read() and write(): a guard and a `down` may both be at it. Let go of with the descriptor.
  base::Fd hold() const;
  Changes read() const;
  base::Result<> write(const Changes& changes) const;

 private:
  std::filesystem::path file_;
};

}  // namespace aoe_mount
