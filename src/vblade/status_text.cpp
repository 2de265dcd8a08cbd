#include "vblade/status_text.h"

#include "base/text_table.h"
#include "base/units.h"

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <vector>

namespace vblade {

std::string status_text(const std::string& json) {
  const auto status = nlohmann::json::parse(json);
  base::TextTable table({{"EXPORT"},
                         {"SIZE", base::Align::right},
                         {"MODE"},
                         {"SYNC"},
                         {"STATE"},
                         {"INTERFACES"},
                         {"PATH"},
                         {"CONFIG STRING"}});
  for (const auto& one : status["exports"]) {
    table.add_row({one["address"], base::size_text(one["sectors"].get<std::uint64_t>() * base::kSectorBytes),
                   one["read_only"].get<bool>() ? "ro" : "rw", one["sync"], one["state"],
                   fmt::format("{}", fmt::join(one["interfaces"].get<std::vector<std::string>>(), ",")), one["path"],
                   one["config_string"]});
  }
  return table.text();
}

}  // namespace vblade
