#include "kernel/interface_users.h"

#include <array>
#include <fstream>
#include <memory>
#include <sstream>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <netinet/in.h>

namespace kernel {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kAoeEtherType = "88a2";  // as /proc/net/packet writes it

struct Free {
  void operator()(ifaddrs* all) const { ::freeifaddrs(all); }
};

// Link-local ones come by themselves with the interface.
std::string address_on(const std::string& name) {
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, Free> all(first);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || name != one->ifa_name) continue;
    const int family = one->ifa_addr->sa_family;
    const void* whole = one->ifa_addr;  // as aligned as its family wants it
    const void* bytes = nullptr;
    if (family == AF_INET) bytes = &static_cast<const sockaddr_in*>(whole)->sin_addr;
    if (family == AF_INET6) {
      const auto& address = static_cast<const sockaddr_in6*>(whole)->sin6_addr;
      if (!IN6_IS_ADDR_LINKLOCAL(&address)) bytes = &address;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (bytes != nullptr && ::inet_ntop(family, bytes, text.data(), text.size()) != nullptr)
      return text.data();
  }
  return {};
}

// Bridges, VLANs, bonds.
std::string stands_on(const fs::path& folder) {
  std::error_code gone;
  for (fs::directory_iterator it(folder, gone), end; !gone && it != end; it.increment(gone)) {
    const std::string entry = it->path().filename().string();
    if (entry.starts_with("upper_")) return entry.substr(6);
  }
  return {};
}

// The kernel's own initiator has no socket; vblade, aoe scan and others do.
bool has_aoe_socket(const fs::path& file, int index) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);  // sk RefCnt Type Proto Iface R Rmem User Inode
  while (std::getline(in, line)) {
    std::istringstream words(line);
    std::string skipped;
    std::string protocol;
    int bound = 0;
    if (words >> skipped >> skipped >> skipped >> protocol >> bound && protocol == kAoeEtherType &&
        bound == index)
      return true;
  }
  return false;
}

}  // namespace

std::string interface_user(const SystemPaths& paths, const std::string& interface, int index) {
  if (const std::string upper = stands_on(paths.sysfs / "class" / "net" / interface); !upper.empty())
    return fmt::format("{} uses it", upper);
  if (has_aoe_socket(paths.proc / "net" / "packet", index)) return "a program sends AoE frames on it";
  if (const std::string address = address_on(interface); !address.empty())
    return fmt::format("it has the address {}", address);
  return {};
}

}  // namespace kernel
