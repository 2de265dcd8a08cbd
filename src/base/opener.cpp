#include "base/opener.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace base {

namespace {

Opener* current = nullptr;

}  // namespace

Fd DirectOpener::file(const std::filesystem::path& path, int flags) {
  return Fd(::open(path.c_str(), flags | O_CLOEXEC));
}

Fd DirectOpener::packet_socket(int send_buffer) {
  Fd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket && ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer, sizeof send_buffer) < 0)
    (void)::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
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
