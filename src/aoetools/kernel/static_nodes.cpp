#include "aoetools/kernel/static_nodes.h"

#include "aoetools/kernel/driver.h"
#include "base/number.h"

#include <cctype>
#include <cerrno>
#include <cstdlib>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace aoetools {

namespace {

constexpr unsigned kSlots = 16;

bool udev_runs() {
  if (std::filesystem::is_directory("/run/udev") || std::filesystem::is_directory("/dev/.udev")) return true;
  std::error_code unreadable;
  for (const auto& process : std::filesystem::directory_iterator("/proc", unreadable)) {
    if (!std::isdigit(static_cast<unsigned char>(process.path().filename().native().front()))) continue;
    const auto command = read_line(process.path() / "cmdline");
    if (command && command->substr(0, command->find('\0')).ends_with("udevd")) return true;
  }
  return false;
}

bool refuse(const Invocation& invocation, std::string_view why) {
  fmt::print(stderr, "{} Error: {}\n", invocation.name, why);
  complain(invocation, "Please see the {} manpage.", invocation.name);
  complain(invocation, "Exiting.");
  return false;
}

base::Result<> make_node(const Node& node) {
  ::unlink(node.file.c_str());
  if (::mknod(node.file.c_str(), node.kind | node.mode, makedev(kDriverMajor, node.minor)) != 0 ||
      ::chmod(node.file.c_str(), node.mode) != 0) {
    return base::fail_errno(errno, "cannot make {}", node.file.native());
  }
  return {};
}

}  // namespace

bool static_nodes_wanted(const Invocation& invocation) {
  const Driver driver(Places::from_environment());
  if (driver.parameter("aoe_dyndevs") == "1")
    return refuse(invocation, "aoe module is using dynamic devices.");
  if (udev_runs()) {
    return refuse(invocation, fmt::format("udev detected.  You shouldn't need to use {}.", invocation.name));
  }
  return true;
}

base::Result<unsigned> environment_number(const char* name, unsigned otherwise) {
  const char* text = std::getenv(name);
  if (!text || !*text) return otherwise;
  const auto number = base::parse_number(text);
  if (!number || *number > 65535) return base::fail("{}={} is not a number in 0..65535", name, text);
  return static_cast<unsigned>(*number);
}

std::vector<Node> shelf_nodes(const std::filesystem::path& directory, unsigned shelf, unsigned partitions) {
  std::vector<Node> nodes;
  unsigned minor = kSlots * shelf * partitions;
  for (unsigned slot = 0; slot < kSlots; ++slot) {
    for (unsigned partition = 0; partition < partitions; ++partition) {
      std::string name = fmt::format("e{}.{}", shelf, slot);
      if (partition != 0) name += fmt::format("p{}", partition);
      nodes.push_back({directory / name, S_IFBLK, 0660, minor++});
    }
  }
  return nodes;
}

base::Result<> make_nodes(const std::vector<Node>& nodes) {
  for (const Node& node : nodes) {
    if (auto made = make_node(node); !made) return made;
  }
  return {};
}

}  // namespace aoetools
