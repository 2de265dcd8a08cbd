// `aoe-mount status`: what the configuration names and what stands on AoE besides, as it really is.
#pragma once

#include "aoe_mount/commands/completeness.h"
#include "aoe_mount/machine/world.h"
#include "base/json.h"
#include "config/client_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aoe_mount {

struct StatusRow {
  std::string device;  // "e1.0p1", "UUID 66dd..." while it is not found
  std::string path;    // "/dev/etherd/e1.0p1"; empty: not there
  std::uint64_t bytes = 0;
  std::string state;  // "mounted", "not mounted", "in use", "missing", "down", ...: aoe-mount(8) has the list
  std::string mountpoint;
  std::string type;
  std::optional<std::uint64_t> used_bytes;
  std::optional<std::uint64_t> total_bytes;
  bool configured = false;
  bool required = false;
};

struct Status {
  std::vector<StatusRow> rows;
  bool good = true;   // all that is required is in place
  bool whole = true;  // and all that is not required, too

  Completeness completeness() const {
    return !good ? Completeness::failed : whole ? Completeness::whole : Completeness::partial;
  }
};

// Does not wait for targets: what they do not tell within a second is left out.
Status status_of(const config::Client& client, const World& world);

std::string status_table(const Status& status);
base::Json to_json(const Status& status);

}  // namespace aoe_mount
