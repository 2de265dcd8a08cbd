#include "aoe_mount/commands/status.h"
#include "base/text_table.h"
#include "base/units.h"

#include <fmt/format.h>

namespace aoe_mount {

std::string status_table(const Status& status) {
  base::TextTable table({{"DEVICE"},
                         {"PATH"},
                         {"SIZE", base::Align::right},
                         {"STATE"},
                         {"MOUNTPOINT"},
                         {"TYPE"},
                         {"USE", base::Align::right}});
  const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  for (const StatusRow& row : status.rows) {
    const bool measured = row.total_bytes && *row.total_bytes > 0;
    table.add_row({row.device, or_dash(row.path), row.bytes > 0 ? base::size_text(row.bytes) : "-", row.state,
                   or_dash(row.mountpoint), or_dash(row.type),
                   measured
                       ? fmt::format("{}%", (*row.used_bytes * 100 + *row.total_bytes - 1) / *row.total_bytes)
                       : "-"});
  }
  return table.text();
}

base::Json to_json(const Status& status) {
  const auto row_json = [](const StatusRow& row) -> base::Json {
    return base::Json::Fields{{"device", row.device},         {"path", row.path},
                              {"bytes", row.bytes},           {"state", row.state},
                              {"mountpoint", row.mountpoint}, {"type", row.type},
                              {"configured", row.configured}, {"required", row.required},
                              {"used_bytes", row.used_bytes}, {"total_bytes", row.total_bytes}};
  };
  return base::Json::Fields{{"good", status.good}, {"devices", base::Json::list_of(status.rows, row_json)}};
}

}  // namespace aoe_mount
