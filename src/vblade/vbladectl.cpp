// vbladectl: asks a running vblade, through its control socket.
#include "base/version.h"
#include "cli/help.h"
#include "vblade/control/control_client.h"
#include "vblade/control/prometheus_text.h"
#include "vblade/control/status_text.h"

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

constexpr int kFailed = 1;

struct Options {
  std::string socket = "/run/vblade/vblade.sock";
  bool json = false;
  bool prometheus = false;
  std::vector<std::string> words;  // behind the command
  unsigned rounds = 0;             // of top; 0: until interrupted
};

struct Command {
  const char* name;
  const char* description;
  const char* shows;  // the key of what is printed of the export, or nullptr: the status
};

constexpr Command kCommands[] = {
    {"status", "Print the exports and their state", nullptr},
    {"stats", "Print request counts by export, client and interface", nullptr},
    {"top", "Print the rates of each export every second", nullptr},
    {"reload", "Read the configuration again; a faulty file changes nothing", nullptr},
    {"config", "EXPORT [set TEXT | clear]: print or change the config string", "config_string"},
    {"mask", "EXPORT [add MAC... | remove MAC... | clear]: print or change the mask list", "mask"},
    {"reserve", "EXPORT [set MAC... | clear]: print or change the reservation", "reservation"},
    {"drain", "EXPORT: accept no requests until the next reload", nullptr},
};

int fail(const std::string& message) {
  fmt::print(stderr, "vbladectl: {}\n", message);
  return kFailed;
}

int top(const Options& options) {
  using Clock = std::chrono::steady_clock;
  auto before = vblade::ask_server(options.socket, {"status"});
  if (!before) return fail(before.error().message);
  auto since = Clock::now();
  for (unsigned round = 0; options.rounds == 0 || round < options.rounds; ++round) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    auto now = vblade::ask_server(options.socket, {"status"});
    if (!now) return fail(now.error().message);
    const auto at = Clock::now();
    fmt::print("{}\n", options.json ? now->text() : vblade::top_text(*before, *now, at - since));
    std::fflush(stdout);
    before = std::move(now);
    since = at;
  }
  return 0;
}

int carry_out(const Command& command, const Options& options) {
  const std::string name = command.name;
  if (name == "top") return top(options);
  std::vector<std::string> words{name == "stats" ? "status" : name};
  words.insert(words.end(), options.words.begin(), options.words.end());
  const auto answer = vblade::ask_server(options.socket, words);
  if (!answer) return fail(answer.error().message);
  if (options.prometheus) {
    fmt::print("{}", vblade::prometheus_text(*answer));
  } else if (options.json) {
    fmt::print("{}\n", answer->text());
  } else if (name == "stats") {
    fmt::print("{}", vblade::stats_text(*answer));
  } else if (command.shows != nullptr) {
    fmt::print("{}", vblade::export_text(*answer, *aoe::Address::parse(words[1]), command.shows));
  } else {
    fmt::print("{}", vblade::status_text(*answer));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Controls a running vblade.", "vbladectl");
  cli::format_help(app);
  Options options;
  app.add_option("--socket", options.socket, "The server's control socket")->capture_default_str();
  app.add_flag("--json", options.json, "Print the server's answer as JSON");
  app.add_flag("--prometheus", options.prometheus, "Print metrics for node_exporter's textfile collector")
      ->excludes("--json");
  app.set_version_flag("-V,--version", fmt::format("vbladectl {}", base::version()));
  app.require_subcommand(1);
  app.fallthrough();
  int status = 0;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.description);
    const std::string name = command.name;
    if (command.shows != nullptr || name == "drain") sub->add_option("words", options.words)->required();
    if (name == "top") sub->add_option("--count", options.rounds, "Exit after this many seconds");
    sub->callback([&command, &options, &status] { status = carry_out(command, options); });
  }
  CLI11_PARSE(app, argc, argv);
  return status;
}
