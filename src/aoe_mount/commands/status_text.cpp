#include "aoe_mount/commands/status.h"
#include "base/text_table.h"
#include "base/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

std::string status_json(const Status& status) {
  auto rows = nlohmann::ordered_json::array();
  for (const StatusRow& row : status.rows) {
    nlohmann::ordered_json one = {{"device", row.device},         {"path", row.path},
                                  {"bytes", row.bytes},           {"state", row.state},
                                  {"mountpoint", row.mountpoint}, {"type", row.type},
                                  {"configured", row.configured}, {"required", row.required}};
    one["used_bytes"] = row.used_bytes ? nlohmann::ordered_json(*row.used_bytes) : nlohmann::ordered_json();
    one["total_bytes"] =
        row.total_bytes ? nlohmann::ordered_json(*row.total_bytes) : nlohmann::ordered_json();
    rows.push_back(std::move(one));
  }
  const nlohmann::ordered_json all = {{"good", status.good}, {"devices", std::move(rows)}};
  // Labels are whatever somebody wrote on a disk: not always UTF-8.
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace aoe_mount
