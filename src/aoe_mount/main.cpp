// aoe-mount: brings file systems on AoE devices up at boot and down at shutdown.
#include "aoe_mount/command_line/commands.h"
#include "cli/command.h"

#include <array>

namespace {

namespace command = aoe_mount::command;

constexpr auto kCommands = std::to_array<cli::Command>({
    {"up", "load the driver, raise interfaces, wait for devices, check and mount", command::up},
    {"down", "release everything on AoE devices, upper layers first", command::down},
    {"status", "compare the configuration with the machine", command::status},
    {"add", "add a mount to the configuration", command::add},
    {"remove", "remove a mount from the configuration", command::remove},
    {"attach", "bring up AoE disks for an initramfs; mount nothing", command::attach},
    {"abft", "print the disk and the interface that iPXE started from", command::abft},
    {"guard", "give up dead targets during a shutdown; the service runs it", command::guard},
    {"--check", "report every problem of the FILE that follows", command::check},
});

}  // namespace

int main(int argc, char** argv) {
  return cli::run({.name = "aoe-mount",
                   .purpose = "Mounts and unmounts file systems on ATA over Ethernet devices.",
                   .commands = kCommands,
                   .examples = {{"aoe-mount add e1.0p1 /mnt/data", "add it to the configuration"},
                                {"aoe-mount up", "mount what is configured"},
                                {"aoe-mount status", "what is there?"}},
                   .note = "aoe-mount.yaml(5) describes the file, aoe-mount(8) the commands."},
                  argc, argv);
}
