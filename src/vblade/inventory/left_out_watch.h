// LeftOutWatch: notices when something comes that a configuration with `partial` had to leave out.
#pragma once

#include "config/server_config.h"
#include "net/interface.h"
#include "vblade/inventory/inventory.h"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vblade {

class LeftOutWatch {
 public:
  explicit LeftOutWatch(const Inventory& inventory) : inventory_(inventory) {}

  // After each rollout of a configuration.
  void start(const config::Server& wanted);
  // The configuration to try again, when interfaces changed and one that an export wants is there and not
  // used.
  const config::Server* interfaces_came(const std::vector<net::Interface>& present) const;
  // The same for paths that were missing, one of them a call.
  const config::Server* path_came();

 private:
  const Inventory& inventory_;
  std::optional<config::Server> wanted_;  // nothing: it is complete, or wants to be served as a whole
  std::set<std::filesystem::path> missing_;
  std::filesystem::path looked_last_;
};

}  // namespace vblade
