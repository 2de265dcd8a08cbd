#include "vblade/control/status_text.h"

#include "base/text_table.h"
#include "base/units.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace vblade {

namespace {

using Json = nlohmann::json;
using base::Align;

std::string number(const Json& one, const char* key) {
  return std::to_string(one.value(key, std::uint64_t{0}));
}
std::string size(const Json& one, const char* key) {
  return base::size_text(one.value(key, std::uint64_t{0}));
}

// The time that this share of the requests did not exceed, as far as the histogram's buckets tell.
std::string quantile(const std::vector<std::uint64_t>& counts, double share) {
  const std::uint64_t all = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (all == 0) return "-";
  std::uint64_t sum = 0;
  std::size_t bucket = 0;
  while (bucket + 1 < counts.size() &&
         static_cast<double>(sum += counts[bucket]) < share * static_cast<double>(all)) {
    ++bucket;
  }
  const std::uint64_t micros = std::uint64_t{1} << bucket;
  return micros < 10'000 ? fmt::format("<{} us", micros) : fmt::format("<{} ms", micros / 1000);
}

std::string requests_table(const Json& exports) {
  base::TextTable table({{"EXPORT"},
                         {"READS", Align::right},
                         {"WRITES", Align::right},
                         {"FLUSHES", Align::right},
                         {"OTHERS", Align::right},
                         {"READ", Align::right},
                         {"WRITTEN", Align::right},
                         {"ERRORS", Align::right},
                         {"REFUSED", Align::right},
                         {"DROPPED", Align::right},
                         {"MEDIAN", Align::right},
                         {"99 %", Align::right}});
  for (const Json& one : exports) {
    const Json& counters = one["counters"];
    const auto latency = one["latency"]["counts"].get<std::vector<std::uint64_t>>();
    table.add_row({one["address"], number(counters, "reads"), number(counters, "writes"),
                   number(counters, "flushes"), number(counters, "others"), size(counters, "bytes_read"),
                   size(counters, "bytes_written"), number(counters, "errors"), number(counters, "refused"),
                   number(counters, "dropped"), quantile(latency, 0.5), quantile(latency, 0.99)});
  }
  return table.text();
}

std::string clients_table(const Json& exports) {
  base::TextTable table({{"EXPORT"},
                         {"CLIENT"},
                         {"REQUESTS", Align::right},
                         {"READ", Align::right},
                         {"WRITTEN", Align::right},
                         {"ERRORS", Align::right}});
  for (const Json& one : exports) {
    for (const Json& client : one["clients"]) {
      table.add_row({one["address"], client["mac"], number(client, "requests"), size(client, "bytes_read"),
                     size(client, "bytes_written"), number(client, "errors")});
    }
  }
  return table.text();
}

std::string interfaces_table(const Json& interfaces) {
  base::TextTable table({{"INTERFACE"},
                         {"LINK"},
                         {"MTU", Align::right},
                         {"REQUESTS", Align::right},
                         {"REPLIES", Align::right},
                         {"NOT OURS", Align::right},
                         {"MALFORMED", Align::right},
                         {"OVERRUN", Align::right},
                         {"REFUSED", Align::right}});
  for (const Json& one : interfaces) {
    table.add_row({one["name"], one["link"].get<bool>() ? "up" : "down", number(one, "mtu"),
                   number(one, "requests"), number(one, "replies"), number(one, "not_ours"),
                   number(one, "malformed"), number(one, "overrun"), number(one, "refused")});
  }
  return table.text();
}

}  // namespace

std::string status_text(const std::string& json) {
  const Json status = Json::parse(json);
  base::TextTable table({{"EXPORT"},
                         {"SIZE", Align::right},
                         {"MODE"},
                         {"SYNC"},
                         {"STATE"},
                         {"CLIENTS", Align::right},
                         {"INTERFACES"},
                         {"PATH"},
                         {"CONFIG STRING"}});
  for (const Json& one : status["exports"]) {
    table.add_row({one["address"], base::size_text(one["sectors"].get<std::uint64_t>() * base::kSectorBytes),
                   one["read_only"].get<bool>() ? "ro" : "rw", one["sync"], one["state"],
                   std::to_string(one["clients"].size()),
                   fmt::format("{}", fmt::join(one["interfaces"].get<std::vector<std::string>>(), ",")),
                   one["path"], one["config_string"]});
  }
  std::string text = table.text();
  for (const Json& problem : status.value("left_out", Json::array())) {
    text += fmt::format("left out: {}\n", problem.get<std::string>());
  }
  return text;
}

std::string stats_text(const std::string& json) {
  const Json status = Json::parse(json);
  return requests_table(status["exports"]) + "\n" + clients_table(status["exports"]) + "\n" +
         interfaces_table(status["interfaces"]);
}

std::string top_text(const std::string& before, const std::string& now,
                     std::chrono::duration<double> between) {
  base::TextTable table({{"EXPORT"},
                         {"READS/S", Align::right},
                         {"WRITES/S", Align::right},
                         {"READ/S", Align::right},
                         {"WRITTEN/S", Align::right},
                         {"IN FLIGHT", Align::right},
                         {"STATE"}});
  const Json old = Json::parse(before);
  const Json status = Json::parse(now);
  const auto rate = [&](const Json& one, const char* key) {
    for (const Json& earlier : old["exports"]) {
      if (earlier["address"] != one["address"]) continue;
      const double sum = one["counters"].value(key, 0.0) - earlier["counters"].value(key, 0.0);
      return static_cast<std::uint64_t>(std::max(sum, 0.0) / between.count());
    }
    return std::uint64_t{0};
  };
  for (const Json& one : status["exports"]) {
    table.add_row({one["address"], std::to_string(rate(one, "reads")), std::to_string(rate(one, "writes")),
                   base::size_text(rate(one, "bytes_read")), base::size_text(rate(one, "bytes_written")),
                   number(one, "in_flight"), one["state"]});
  }
  return table.text();
}

std::string export_text(const std::string& json, aoe::Address address, const char* key) {
  const Json status = Json::parse(json);
  for (const Json& one : status["exports"]) {
    if (one["address"] != address.text()) continue;
    if (one[key].is_string()) return one[key].get<std::string>() + "\n";
    std::string lines;
    for (const Json& line : one[key]) lines += line.get<std::string>() + "\n";
    return lines;
  }
  return {};
}

}  // namespace vblade
