#include "vblade/process/service_manager.h"

#include "base/fd.h"
#include "base/log.h"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace vblade {

ServiceManager ServiceManager::from_environment() {
  const char* socket = std::getenv("NOTIFY_SOCKET");
  return ServiceManager(socket == nullptr ? "" : socket);
}

void ServiceManager::ready(std::string_view status) const {
  send(fmt::format("READY=1\nSTATUS={}", status));
}

void ServiceManager::reloading(std::chrono::microseconds now) const {
  send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.count()));
}

void ServiceManager::stopping() const {
  send("STOPPING=1");
}

// A socket for each datagram: a systemd that was executed anew has bound another one to the same name. The
// server must serve on where it cannot report, so a failure is logged and no more.
void ServiceManager::send(std::string_view lines) const {
  if (socket_.empty()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if ((socket_.front() != '/' && socket_.front() != '@') || socket_.size() >= sizeof address.sun_path) {
    base::log::warning("cannot report to NOTIFY_SOCKET='{}': expected the path of a socket, or @NAME",
                       socket_);
    return;
  }
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const base::Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd || ::sendto(fd.get(), lines.data(), lines.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                      reinterpret_cast<const sockaddr*>(&address), length) < 0)
    base::log::warning("cannot report to NOTIFY_SOCKET='{}': {}", socket_,
                       std::generic_category().message(errno));
}

}  // namespace vblade
