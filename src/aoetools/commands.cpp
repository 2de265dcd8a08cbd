#include "aoetools/command.h"

#include <algorithm>
#include <array>

namespace aoetools {

int coraid_update(const Invocation&);
int discover(const Invocation&);
int flush(const Invocation&);
int interfaces(const Invocation&);
int mkdevs(const Invocation&);
int mkshelf(const Invocation&);
int revalidate(const Invocation&);
int scan(const Invocation&);
int stat(const Invocation&);
int version(const Invocation&);
int wait(const Invocation&);

namespace {

// The order is the one in which people meet them; `aoe help` prints it.
constexpr std::array kCommands{
    Command{"stat", "aoe-stat", "list the driver's devices: size, interfaces, payload, state", stat},
    Command{"discover", "aoe-discover", "have the driver look for targets", discover},
    Command{"scan", "", "find targets from user space, without the driver", scan},
    Command{"wait", "", "wait until devices are there, with a time-out", wait},
    Command{"interfaces", "aoe-interfaces", "show or set the interfaces that the driver uses", interfaces},
    Command{"revalidate", "aoe-revalidate", "have the driver ask a target for its size again", revalidate},
    Command{"flush", "aoe-flush", "have the driver forget devices", flush},
    Command{"mkdevs", "aoe-mkdevs", "make the control files and device nodes where nothing else does", mkdevs},
    Command{"mkshelf", "aoe-mkshelf", "make the device nodes of one shelf", mkshelf},
    Command{"coraid-update", "coraid-update", "write a firmware file to a Coraid appliance", coraid_update},
    Command{"version", "aoe-version", "versions of these tools and of the driver", version},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

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
