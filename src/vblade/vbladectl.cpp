// vbladectl: asks a running vblade, through its control socket.
#include "vblade/control_client.h"
#include "vblade/status_text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <string>

namespace {

constexpr int kFailed = 1;

int ask(const std::string& socket, const std::vector<std::string>& words, bool json) {
  const auto answer = vblade::ask_server(socket, words);
  if (!answer) {
    fmt::print(stderr, "vbladectl: {}\n", answer.error().message);
    return kFailed;
  }
  fmt::print("{}", json ? *answer + "\n" : vblade::status_text(*answer));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Asks a running vblade.", "vbladectl");
  std::string socket = "/run/vblade/vblade.sock";
  bool json = false;
  app.add_option("--socket", socket, "The server's control socket")->capture_default_str();
  app.add_flag("--json", json, "Print what the server answers as JSON");
  app.set_version_flag("-V,--version", std::string("vbladectl ") + AOE_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  app.add_subcommand("status", "Print what is exported, and how it fares");
  app.add_subcommand("reload", "Read the configuration again; a bad one changes nothing");
  CLI11_PARSE(app, argc, argv);
  return ask(socket, {app.get_subcommands().front()->get_name()}, json);
}
