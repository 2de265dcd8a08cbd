#include "aoetools/command.h"

#include <algorithm>
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
constexpr auto kCommands = std::to_array<Command>({
#ifdef __linux__
    {"stat", "aoe-stat", "list the driver's devices: size, interfaces, payload, state", stat},
    {"doctor", "", "diagnose disks that do not work", doctor},
    {"discover", "aoe-discover", "make the driver search for targets", discover},
    {"wait", "", "wait until devices are there, with a time-out", wait},
    {"map", "", "show the uses of the disks, up to the mount points, as a tree or a diagram", map},
    {"top", "", "show load and path quality", top},
    {"bench", "", "measure the performance of a target", bench},
#endif
    {"scan", "", "find targets from user space, without the driver", scan},
    {"ping", "aoeping", "test if a target answers; print its identity and disk health", ping},
    {"cfg", "aoecfg", "read, test or set a target's config string", cfg},
    {"mask", "", "list or edit the hosts that may use a target: list, add, delete", mask},
    {"reserve", "", "reserve a target: list, set, force, release", reserve},
    {"sancheck", "aoe-sancheck", "check every path and the frame size it carries", sancheck},
    {"dump", "", "describe frames, from the network or a pcap file", dump},
#ifdef __linux__
    {"interfaces", "aoe-interfaces", "show or set the interfaces that the driver uses", interfaces},
    {"revalidate", "aoe-revalidate", "make the driver ask a target for its size again", revalidate},
    {"flush", "aoe-flush", "make the driver forget devices", flush},
    {"mkdevs", "aoe-mkdevs", "make the control files and device nodes by hand", mkdevs},
    {"mkshelf", "aoe-mkshelf", "make the device nodes of one shelf", mkshelf},
    {"coraid-update", "coraid-update", "write a firmware file to a Coraid appliance", coraid_update},
#endif
    {"version", "aoe-version", "print the versions of these tools and of the driver", version},
});

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

const Command* find_command(std::string_view word) {
  const auto found = std::ranges::find(kCommands, word, &Command::name);
  return found == kCommands.end() ? nullptr : &*found;
}

const Command* find_program(std::string_view program) {
  const auto found = std::ranges::find(kCommands, program, &Command::classic);
  if (found != kCommands.end()) return &*found;
  return program.starts_with("aoe-") ? find_command(program.substr(4)) : nullptr;
}

}  // namespace aoetools
