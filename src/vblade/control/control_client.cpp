#include "vblade/control/control_client.h"

#include "base/fd.h"

#include <array>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr timeval kPatience{10, 0};

base::Result<base::Fd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return base::fail("'{}' is too long for a socket", path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return base::fail_errno(errno, "no vblade answers at {}", path);
  }
  return socket;
}

}  // namespace

base::Result<base::Json> ask_server(const std::string& path, const std::vector<std::string>& words) {
  const auto socket = connect_to(path);
  if (!socket) return std::unexpected(socket.error());
  const std::string line = base::Json::list_of(words).text() + "\n";
  if (::send(socket->get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
    return base::fail_errno(errno, "the server at {} does not listen", path);
  }
  std::string text;
  std::array<char, 16384> part;
  ssize_t got = 0;
  while ((got = ::read(socket->get(), part.data(), part.size())) > 0) {
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  const auto answer = base::Json::parse(text);
  if (got < 0 || !answer || !answer->is_fields()) return base::fail("the server at {} gave no answer", path);
  if (const base::Json& error = (*answer)["error"]; error.is_text()) return base::fail("{}", error.as_text());
  return (*answer)["result"];
}

}  // namespace vblade
