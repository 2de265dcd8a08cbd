#include "vblade/control/status_text.h"

#include "base/printable.h"
#include "base/text_table.h"
#include "base/units.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include <fmt/ranges.h>

namespace vblade {

namespace {

using base::Align;
using base::Json;

std::string number(const Json& one, const char* key) {
  return std::to_string(one[key].as_number());
}
std::string size(const Json& one, const char* key) {
  return base::size_text(one[key].as_number());
}

std::vector<std::uint64_t> counts_of(const Json& list) {
  std::vector<std::uint64_t> counts;
  for (const Json& count : list.items()) counts.push_back(count.as_number());
  return counts;
}

std::vector<std::string> texts_of(const Json& list) {
  std::vector<std::string> texts;
  for (const Json& text : list.items()) texts.push_back(text.as_text());
  return texts;
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
  for (const Json& one : exports.items()) {
    const Json& counters = one["counters"];
    const auto latency = counts_of(one["latency"]["counts"]);
    table.add_row({one["address"].as_text(), number(counters, "reads"), number(counters, "writes"),
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
  for (const Json& one : exports.items()) {
    for (const Json& client : one["clients"].items()) {
      table.add_row({one["address"].as_text(), client["mac"].as_text(), number(client, "requests"),
                     size(client, "bytes_read"), size(client, "bytes_written"), number(client, "errors")});
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
                         {"TOO LONG", Align::right},
                         {"REFUSED", Align::right}});
  for (const Json& one : interfaces.items()) {
    table.add_row({one["name"].as_text(), one["link"].as_bool() ? "up" : "down", number(one, "mtu"),
                   number(one, "requests"), number(one, "replies"), number(one, "not_ours"),
                   number(one, "malformed"), number(one, "overrun"), number(one, "truncated"),
                   number(one, "refused")});
  }
  return table.text();
}

}  // namespace

std::string status_text(const Json& status) {
  base::TextTable table({{"EXPORT"},
                         {"SIZE", Align::right},
                         {"MODE"},
                         {"SYNC"},
                         {"STATE"},
                         {"CLIENTS", Align::right},
                         {"INTERFACES"},
                         {"PATH"},
                         {"CONFIG STRING"}});
  for (const Json& one : status["exports"].items()) {
    table.add_row({one["address"].as_text(), base::size_text(one["sectors"].as_number() * base::kSectorBytes),
                   one["read_only"].as_bool() ? "ro" : "rw", one["sync"].as_text(), one["state"].as_text(),
                   std::to_string(one["clients"].items().size()),
                   fmt::format("{}", fmt::join(texts_of(one["interfaces"]), ",")), one["path"].as_text(),
                   base::printable(one["config_string"].as_text())});
  }
  std::string text = table.text();
  for (const Json& one : status["exports"].items()) {
    for (const Json& rival : one["rivals"].items())
      text += fmt::format("{} is also served by the host {} on {}\n", one["address"].as_text(),
                          rival["mac"].as_text(), rival["interface"].as_text());
  }
  for (const Json& problem : status["left_out"].items()) {
    text += fmt::format("left out: {}\n", base::legible(problem.as_text()));
  }
  return text;
}

std::string stats_text(const Json& status) {
  return requests_table(status["exports"]) + "\n" + clients_table(status["exports"]) + "\n" +
         interfaces_table(status["interfaces"]);
}

std::string top_text(const Json& before, const Json& now, std::chrono::duration<double> between) {
  base::TextTable table({{"EXPORT"},
                         {"READS/S", Align::right},
                         {"WRITES/S", Align::right},
                         {"READ/S", Align::right},
                         {"WRITTEN/S", Align::right},
                         {"IN FLIGHT", Align::right},
                         {"STATE"}});
  const auto rate = [&](const Json& one, const char* key) {
    for (const Json& earlier : before["exports"].items()) {
      if (earlier["address"].as_text() != one["address"].as_text()) continue;
      const double sum = one["counters"][key].as_real() - earlier["counters"][key].as_real();
      return static_cast<std::uint64_t>(std::max(sum, 0.0) / between.count());
    }
    return std::uint64_t{0};
  };
  for (const Json& one : now["exports"].items()) {
    table.add_row({one["address"].as_text(), std::to_string(rate(one, "reads")),
                   std::to_string(rate(one, "writes")), base::size_text(rate(one, "bytes_read")),
                   base::size_text(rate(one, "bytes_written")), number(one, "in_flight"),
                   one["state"].as_text()});
  }
  return table.text();
}

std::string export_text(const Json& status, aoe::Address address, const char* key) {
  for (const Json& one : status["exports"].items()) {
    if (one["address"].as_text() != address.text()) continue;
    if (one[key].is_text()) return base::printable(one[key].as_text()) + "\n";
    std::string lines;
    for (const Json& line : one[key].items()) lines += line.as_text() + "\n";
    return lines;
  }
  return {};
}

}  // namespace vblade
