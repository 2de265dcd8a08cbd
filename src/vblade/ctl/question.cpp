#include "vblade/ctl/question.h"

#include "base/mac_address.h"
#include "base/printable.h"
#include "vblade/control/control_client.h"
#include "vblade/control/prometheus_text.h"
#include "vblade/control/status_text.h"

#include <algorithm>

namespace vblade {

std::optional<int> Question::parse(cli::Options& options) {
  const auto& [socket, json, prometheus] = kQuestionOptions;
  options.value(std::string(socket.name), socket_, std::string(socket.value), std::string(socket.purpose))
      .flag(std::string(json.name), json_, std::string(json.purpose))
      .flag(std::string(prometheus.name), prometheus_, std::string(prometheus.purpose));
  if (const auto status = options.parse()) return status;
  if (!json_ || !prometheus_) return std::nullopt;
  complain(invocation_, "--json and --prometheus exclude each other");
  return cli::kUsage;
}

std::optional<base::Json> Question::ask(const std::vector<std::string>& words) const {
  auto answer = ask_server(socket_, words);
  if (answer) return std::move(*answer);
  fmt::print(stderr, "vbladectl: {}\n", base::legible_lines(answer.error().message));
  return std::nullopt;
}

void Question::print(const base::Json& answer,
                     const std::function<std::string(const base::Json&)>& text) const {
  if (prometheus_) {
    fmt::print("{}", prometheus_text(answer));
  } else if (json_) {
    fmt::print("{}\n", answer.text());
  } else {
    fmt::print("{}", text(answer));
  }
}

int health(const base::Json& status) {
  const auto is_well = [](const base::Json& one) {
    const std::string& state = one["state"].as_text();
    return state == "serving" || state == "drained";  // which is as somebody wants it
  };
  const bool all =
      status["left_out"].items().empty() && std::ranges::all_of(status["exports"].items(), is_well);
  return all ? cli::kDone : cli::kPartial;
}

std::optional<ExportWords> export_words(const cli::Invocation& invocation,
                                        const std::vector<std::string>& words) {
  const auto address = aoe::Address::parse(words.at(0));
  if (!address) {
    complain(invocation, "{}", address.error().message);
    return std::nullopt;
  }
  ExportWords parsed{.address = *address, .verb = words.size() > 1 ? words[1] : "", .arguments = {}};
  if (parsed.verb == "list") parsed.verb.clear();
  if (words.size() > 2) parsed.arguments.assign(words.begin() + 2, words.end());
  return parsed;
}

int refuse_verb(const cli::Invocation& invocation, const char* known) {
  complain(invocation, "after EXPORT comes one of: {}", known);
  return cli::kUsage;
}

bool are_macs(const cli::Invocation& invocation, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (const auto mac = base::MacAddress::parse(word); !mac) {
      complain(invocation, "{}", mac.error().message);
      return false;
    }
  }
  return true;
}

int change_export(const Question& question, const char* command, const ExportWords& words, const char* key) {
  std::vector<std::string> line{command, words.address.text()};
  if (!words.verb.empty()) line.push_back(words.verb);
  line.insert(line.end(), words.arguments.begin(), words.arguments.end());
  const auto answer = question.ask(line);
  if (!answer) return cli::kFailed;
  question.print(*answer, [&](const base::Json& status) { return export_text(status, words.address, key); });
  return cli::kDone;
}

}  // namespace vblade
