// vbladectl: asks a running vblade, through its control socket.
#include "vblade/ctl/commands.h"
#include "vblade/ctl/question.h"

#include <array>

namespace {

constexpr auto kCommands = std::to_array<cli::Command>({
    {"status", "print the exports and their state", vblade::ctl::status},
    {"stats", "print request counts by export, client and interface", vblade::ctl::stats},
    {"top", "print the rates of each export every second", vblade::ctl::top},
    {"reload", "read the configuration again; a faulty file changes nothing", vblade::ctl::reload},
    {"config", "print or change the config string of an export", vblade::ctl::config},
    {"mask", "list or edit the hosts that may use an export: list, add, remove, clear", vblade::ctl::mask},
    {"reserve", "reserve an export: list, set, release", vblade::ctl::reserve},
    {"drain", "accept no requests for an export until the next reload", vblade::ctl::drain},
});

}  // namespace

int main(int argc, char** argv) {
  return cli::run(
      {.name = "vbladectl",
       .purpose = "Controls a running vblade.",
       .commands = kCommands,
       .options = vblade::kQuestionOptions,
       .examples = {{"vbladectl status", "what is exported?"},
                    {"vbladectl mask e1.0 add 00:80:c8:ca:ff:65", "let this machine use e1.0"},
                    {"vbladectl --socket /run/vblade/vblade.lab.sock status", "of another service"}},
       .note = "The commands are explained in vbladectl(8)."},
      argc, argv);
}
