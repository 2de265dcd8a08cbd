#include "kernel/uevents.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

namespace kernel {

base::Result<Uevents> Uevents::open() {
  base::Fd socket(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT));
  if (!socket) return base::fail_errno(errno, "cannot listen to the kernel's device events");
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  kernel.nl_groups = 1;  // 1: the kernel's own; 2: udev's copies
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) != 0) {
    return base::fail_errno(errno, "cannot listen to the kernel's device events");
  }
  return Uevents(std::move(socket));
}

bool Uevents::wait(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    if (drain()) return true;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{socket_.get(), POLLIN, 0};
    (void)::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
  }
}

bool Uevents::drain() {
  bool announced = false;
  std::array<std::byte, 8192> message;
  for (;;) {
    sockaddr_nl sender{};
    socklen_t length = sizeof sender;
    const ssize_t bytes = ::recvfrom(socket_.get(), message.data(), message.size(), 0,
                                     reinterpret_cast<sockaddr*>(&sender), &length);
    if (bytes < 0 && errno == ENOBUFS) announced = true;  // lost some: look for yourself
    if (bytes < 0 && errno != ENOBUFS) return announced;
    // Any process may send to this socket; port 0 is the kernel.
    if (bytes <= 0 || sender.nl_pid != 0) continue;
    announced |= announces_aoe_device(base::Bytes(message).first(static_cast<std::size_t>(bytes)));
  }
}

bool announces_aoe_device(base::Bytes message) {
  const std::string_view text(reinterpret_cast<const char*>(message.data()), message.size());
  return text.substr(0, text.find('\0')).find("/etherd!e") != text.npos;
}

}  // namespace kernel
