#include "aoetools/commands.h"

#include "aoetools/command_line/invocation.h"

#include <array>

namespace aoetools {

int bench(const Invocation&);
int cfg(const Invocation&);
int coraid_update(const Invocation&);
int discover(const Invocation&);
int doctor(const Invocation&);
int dump(const Invocation&);
int flush(const Invocation&);
int interfaces(const Invocation&);
int map(const Invocation&);
int mask(const Invocation&);
int mkdevs(const Invocation&);
int mkshelf(const Invocation&);
int ping(const Invocation&);
int reserve(const Invocation&);
int revalidate(const Invocation&);
int sancheck(const Invocation&);
int scan(const Invocation&);
int stat(const Invocation&);
int top(const Invocation&);
int version(const Invocation&);
int wait(const Invocation&);

namespace {

// The order is the one in which people meet them; `aoe help` prints it. Elsewhere than on Linux there is no
// driver, and no command that is about it.
constexpr auto kCommands = std::to_array<cli::Command>({
#ifdef __linux__
    {"stat", "list the driver's devices: size, interfaces, payload, state", stat, "aoe-stat"},
    {"doctor", "diagnose disks that do not work", doctor},
    {"discover", "make the driver search for targets", discover, "aoe-discover"},
    {"wait", "wait until devices are there, with a time-out", wait},
    {"map", "show the uses of the disks, up to the mount points, as a tree or a diagram", map},
    {"top", "show load and path quality", top},
    {"bench", "measure the performance of a target", bench},
#endif
    {"scan", "find targets from user space, without the driver", scan},
    {"ping", "test if a target answers; print its identity and disk health", ping, "aoeping"},
    {"cfg", "read, test or set a target's config string", cfg, "aoecfg"},
    {"mask", "list or edit the hosts that may use a target: list, add, remove, clear", mask},
    {"reserve", "reserve a target: list, set, force, release", reserve},
    {"sancheck", "check every path and the frame size it carries", sancheck, "aoe-sancheck"},
    {"dump", "describe frames, from the network or a pcap file", dump},
#ifdef __linux__
    {"interfaces", "show or set the interfaces that the driver uses", interfaces, "aoe-interfaces"},
    {"revalidate", "make the driver ask a target for its size again", revalidate, "aoe-revalidate"},
    {"flush", "make the driver forget devices", flush, "aoe-flush"},
    {"mkdevs", "make the control files and device nodes by hand", mkdevs, "aoe-mkdevs"},
    {"mkshelf", "make the device nodes of one shelf", mkshelf, "aoe-mkshelf"},
    {"coraid-update", "write a firmware file to a Coraid appliance", coraid_update, "coraid-update"},
#endif
    {"version", "print the versions of these tools and of the driver", version, "aoe-version"},
});

}  // namespace

const cli::Program& program() {
  static const cli::Program kProgram{
      .name = "aoe",
      .purpose = "Shows, controls and tests the ATA over Ethernet disks of this machine.",
      .commands = kCommands,
      .examples = {{"aoe scan", "which targets are there?"},
                   {"aoe doctor e1.0", "diagnose one disk"},
                   {"aoe discover; aoe wait e1.0", "make it available"}},
      .note = "The classic names work as well: aoe-stat, aoe-discover, ...",
      .state = driver_state};
  return kProgram;
}

}  // namespace aoetools
