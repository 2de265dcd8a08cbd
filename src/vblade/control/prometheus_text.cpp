#include "vblade/control/prometheus_text.h"

#include "base/printable.h"

#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace vblade {

namespace {

using base::Json;

class Page {
 public:
  void metric(const char* name, const char* type, const char* help) {
    fmt::format_to(std::back_inserter(text_), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
  }
  void value(const char* name, const std::string& labels, double value) {
    fmt::format_to(std::back_inserter(text_), "{}{{{}}} {}\n", name, labels, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string label(const char* name, const std::string& value) {
  std::string out = fmt::format("{}=\"", name);
  for (const char c : base::legible(value)) {
    if (c == '\\' || c == '"') out += '\\';
    out += c;
  }
  return out + '"';
}

struct Counter {
  const char* metric;
  const char* help;
  const char* key;
  const char* label_name;
  const char* label_value;
};

constexpr Counter kExportCounters[] = {
    {"vblade_requests_total", "Requests answered, by command.", "reads", "command", "read"},
    {"vblade_requests_total", nullptr, "writes", "command", "write"},
    {"vblade_requests_total", nullptr, "flushes", "command", "flush"},
    {"vblade_requests_total", nullptr, "others", "command", "other"},
    {"vblade_bytes_total", "Bytes read from and written to the export.", "bytes_read", "direction", "read"},
    {"vblade_bytes_total", nullptr, "bytes_written", "direction", "write"},
    {"vblade_errors_total", "Requests that the disk failed.", "errors", nullptr, nullptr},
    {"vblade_refused_total", "Requests refused by mask or access list.", "refused", nullptr, nullptr},
    {"vblade_dropped_total", "Requests dropped: malformed, or too many at a time.", "dropped", nullptr,
     nullptr},
    {"vblade_limited_total", "Requests delayed or dropped, because a limit was reached.", "limited", nullptr,
     nullptr},
};

constexpr Counter kClientCounters[] = {
    {"vblade_client_requests_total", "Requests answered, by client.", "requests", nullptr, nullptr},
    {"vblade_client_bytes_total", "Bytes read and written, by client.", "bytes_read", "direction", "read"},
    {"vblade_client_bytes_total", nullptr, "bytes_written", "direction", "write"},
    {"vblade_client_errors_total", "Requests that the disk failed, by client.", "errors", nullptr, nullptr},
};

constexpr Counter kInterfaceCounters[] = {
    {"vblade_interface_requests_total", "Frames that arrived.", "requests", nullptr, nullptr},
    {"vblade_interface_replies_total", "Frames that left.", "replies", nullptr, nullptr},
    {"vblade_interface_malformed_total", "Frames that are no AoE requests.", "malformed", nullptr, nullptr},
    {"vblade_interface_overrun_total", "Frames lost because the ring was full.", "overrun", nullptr, nullptr},
    {"vblade_interface_excess_total", "Frames of senders that had too many waiting.", "excess", nullptr,
     nullptr},
    {"vblade_interface_truncated_total", "Frames longer than the interface's MTU, not answered.", "truncated",
     nullptr, nullptr},
    {"vblade_interface_refused_total", "Replies that the interface refused.", "refused", nullptr, nullptr},
};

// What one line of each metric is about: its labels, and where its values stand.
struct Subject {
  std::string labels;
  const Json* values;
};

std::vector<Subject> exports_of(const Json& status) {
  std::vector<Subject> out;
  for (const Json& one : status["exports"].items())
    out.push_back({label("export", one["address"].as_text()), &one["counters"]});
  return out;
}

std::vector<Subject> clients_of(const Json& status) {
  std::vector<Subject> out;
  for (const Json& one : status["exports"].items()) {
    for (const Json& client : one["clients"].items()) {
      out.push_back(
          {label("export", one["address"].as_text()) + "," + label("client", client["mac"].as_text()),
           &client});
    }
  }
  return out;
}

std::vector<Subject> interfaces_of(const Json& status) {
  std::vector<Subject> out;
  for (const Json& one : status["interfaces"].items())
    out.push_back({label("interface", one["name"].as_text()), &one});
  return out;
}

void add_counters(Page& page, std::span<const Counter> counters, const std::vector<Subject>& subjects) {
  for (const Counter& counter : counters) {
    if (counter.help != nullptr) page.metric(counter.metric, "counter", counter.help);
    for (const Subject& subject : subjects) {
      std::string labels = subject.labels;
      if (counter.label_name != nullptr) labels += "," + label(counter.label_name, counter.label_value);
      page.value(counter.metric, labels, (*subject.values)[counter.key].as_real());
    }
  }
}

void add_latency(Page& page, const Json& exports) {
  page.metric("vblade_request_seconds", "histogram", "Time from a request's frame to its reply.");
  for (const Json& one : exports.items()) {
    const std::string name = label("export", one["address"].as_text());
    const Json::List& counts = one["latency"]["counts"].items();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
      sum += counts[i].as_number();
      page.value("vblade_request_seconds_bucket",
                 name + fmt::format(",le=\"{}\"", static_cast<double>(1ULL << i) / 1e6),
                 static_cast<double>(sum));
    }
    if (!counts.empty()) sum += counts.back().as_number();
    page.value("vblade_request_seconds_bucket", name + ",le=\"+Inf\"", static_cast<double>(sum));
    page.value("vblade_request_seconds_sum", name, one["latency"]["sum_us"].as_real() / 1e6);
    page.value("vblade_request_seconds_count", name, static_cast<double>(sum));
  }
}

}  // namespace

std::string prometheus_text(const Json& status) {
  const Json& exports = status["exports"];
  Page page;
  page.metric("vblade_export_up", "gauge", "1 when the export can be reached and its disk works.");
  for (const Json& one : exports.items()) {
    page.value("vblade_export_up",
               label("export", one["address"].as_text()) + "," + label("path", one["path"].as_text()),
               one["state"].as_text() == "serving" ? 1 : 0);
  }
  page.metric("vblade_export_rivals", "gauge", "Other hosts that serve the address of the export.");
  for (const Json& one : exports.items()) {
    page.value("vblade_export_rivals", label("export", one["address"].as_text()),
               static_cast<double>(one["rivals"].items().size()));
  }
  page.metric("vblade_export_bytes", "gauge", "Size of the export.");
  for (const Json& one : exports.items()) {
    page.value("vblade_export_bytes", label("export", one["address"].as_text()),
               one["sectors"].as_real() * 512);
  }
  page.metric("vblade_requests_in_flight", "gauge", "Requests that the disk has not answered yet.");
  for (const Json& one : exports.items()) {
    page.value("vblade_requests_in_flight", label("export", one["address"].as_text()),
               one["in_flight"].as_real());
  }
  add_counters(page, kExportCounters, exports_of(status));
  add_latency(page, exports);
  add_counters(page, kClientCounters, clients_of(status));
  add_counters(page, kInterfaceCounters, interfaces_of(status));
  return page.take();
}

}  // namespace vblade
