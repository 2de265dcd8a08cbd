// Ledger: what `up` changed of this machine besides mounting, kept in /run until `down` has undone it. Each
// change is written down before it is made, so that a run that was killed leaves nothing unknown behind. If
// /run is full or read-only, this run goes on with what it remembers itself.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aoe_mount {

struct Changes {
  bool driver = false;                            // loaded
  std::vector<std::string> interfaces;            // raised
  std::map<std::string, std::uint32_t> mtus;      // of interfaces, before they were set
  std::map<std::string, std::string> parameters;  // of a driver that was there, before they were set
  std::string deadsecs;  // aoe_deadsecs before it was lowered for silent targets; empty: it was not

  bool empty() const { return *this == Changes(); }
  bool operator==(const Changes&) const = default;
};

class Ledger {
 public:
  explicit Ledger(std::filesystem::path file) : file_(std::move(file)) {}

  Changes read() const;

  using Edit = std::function<base::Result<>(Changes& changes)>;
  using Action = std::function<base::Result<>()>;
  // Writes down what `edit` makes of the changes, if it succeeds, and then does `action`. Both run while the
  // ledger is locked, because a guard and a `down` may both be at work.
  base::Result<> change(const Edit& edit, const Action& action = {});
  // Says why the file does not have all changes; empty: it has.
  const std::string& problem() const { return problem_; }

 private:
  base::Fd hold() const;
  base::Result<> write(const Changes& changes) const;

  std::filesystem::path file_;
  std::optional<Changes> unwritten_;  // what the file should say
  std::string problem_;
};

}  // namespace aoe_mount
