#include "base/opener.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace base {

namespace {

Opener* current = nullptr;

// Room for the replies to a few hundred outstanding jumbo requests.
constexpr int kSendBuffer = 8 * 1024 * 1024;

}  // namespace

Fd DirectOpener::file(const std::filesystem::path& path, int flags) {
  return Fd(::open(path.c_str(), flags | O_CLOEXEC));
}

Fd DirectOpener::packet_socket(const std::string&, PacketUse) {
  Fd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // If need be over the system's limit, where that is allowed.
  if (socket && ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUFFORCE, &kSendBuffer, sizeof kSendBuffer) < 0)
    (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  return socket;
}

Opener& opener() {
  static DirectOpener own;
  return current != nullptr ? *current : own;
}

void set_opener(Opener* other) {
  current = other;
}

}  // namespace base
