#include "vblade/control/control_socket.h"

#include <array>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr std::size_t kMaxLine = 16 * 1024;
constexpr std::size_t kMaxClients = 16;
constexpr std::chrono::seconds kMaxConversation{10};

base::Result<sockaddr_un> address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path) {
    return base::fail("'{}' is too long for a socket: at most {} characters", text,
                      sizeof address.sun_path - 1);
  }
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  return address;
}

bool somebody_answers(const sockaddr_un& address) {
  const base::Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
         errno == EAGAIN;
}

// What a server that was killed has left is taken away; anything but a socket is somebody's data.
base::Result<> make_room_at(const std::filesystem::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode))
    return base::fail("{} is no socket and stays as it is: give --socket the path of a new file",
                      path.string());
  ::unlink(path.c_str());
  return {};
}

}  // namespace

ControlSocket::ControlSocket(std::filesystem::path path, EventLoop& loop, ControlHandler handler)
    : path_(std::move(path)), loop_(loop), handler_(std::move(handler)) {}

base::Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::filesystem::path& path,
                                                                 EventLoop& loop, ControlHandler handler) {
  const auto address = address_of(path);
  if (!address) return std::unexpected(address.error());
  if (somebody_answers(*address)) {
    return base::fail("another vblade answers at {}: stop it, or give this one a --socket of its own",
                      path.string());
  }
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  if (auto free = make_room_at(path); !free) return std::unexpected(free.error());
  std::unique_ptr<ControlSocket> control(new ControlSocket(path, loop, std::move(handler)));
  control->listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const mode_t before = ::umask(0177);
  const int bound =
      ::bind(control->listener_.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address);
  const int reason = errno;
  ::umask(before);
  if (bound != 0) return base::fail_errno(reason, "cannot make the control socket {}", path.string());
  struct stat status{};
  if (::lstat(path.c_str(), &status) == 0) {
    control->device_ = status.st_dev;
    control->inode_ = status.st_ino;
  }
  if (::listen(control->listener_.get(), kMaxClients) != 0) {
    return base::fail_errno(errno, "cannot listen at {}", path.string());
  }
  loop.watch(control->listener_.get(), [raw = control.get()] { raw->accept(); });
  return control;
}

ControlSocket::~ControlSocket() {
  for (const auto& [fd, client] : clients_) loop_.forget(fd);
  if (listener_) {
    loop_.forget(listener_.get());
    // Another server may have made a socket of its own there meanwhile.
    struct stat status{};
    if (::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_)
      ::unlink(path_.c_str());
  }
}

void ControlSocket::accept() {
  base::Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket || clients_.size() >= kMaxClients) return;
  const int fd = socket.get();
  clients_[fd] = {++last_id_, std::move(socket), {}, {}, std::chrono::steady_clock::now()};
  loop_.watch(fd, [this, fd] { read(fd); });
}

void ControlSocket::read(int fd) {
  Client& client = clients_.at(fd);
  std::array<char, 4096> part;
  const ssize_t got = ::read(fd, part.data(), part.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) return close(fd);
  client.input.append(part.data(), static_cast<std::size_t>(got));
  const std::size_t end = client.input.find('\n');
  if (end == std::string::npos) {
    if (client.input.size() > kMaxLine) close(fd);
    return;
  }
  loop_.forget(fd);
  carry_out(fd, client.input.substr(0, end));
}

void ControlSocket::carry_out(int fd, const std::string& line) {
  const ControlAnswer reply = [this, fd, id = clients_.at(fd).id](const ControlReply& one) {
    answer(fd, id, one);
  };
  const auto request = base::Json::parse(line);
  std::vector<std::string> words;
  if (request) {
    for (const base::Json& word : request->items()) {
      if (word.is_text()) words.push_back(word.as_text());
    }
  }
  if (words.empty() || words.size() != request->items().size())
    return reply(base::fail("not a request: send one line with a JSON list of words"));
  handler_(words, reply);
}

// A client that does not wait any longer gets none.
void ControlSocket::answer(int fd, std::uint64_t id, const ControlReply& reply) {
  const auto found = clients_.find(fd);
  if (found == clients_.end() || found->second.id != id) return;
  base::Json out;
  if (reply) {
    out.set("result", *reply);
  } else {
    out.set("error", reply.error().message);
  }
  found->second.output = out.text() + "\n";
  loop_.watch_writable(fd, [this, fd] { write(fd); });
}

void ControlSocket::write(int fd) {
  Client& client = clients_.at(fd);
  const ssize_t put = ::send(fd, client.output.data(), client.output.size(), MSG_NOSIGNAL);
  if (put < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (put < 0) return close(fd);
  client.output.erase(0, static_cast<std::size_t>(put));
  if (client.output.empty()) close(fd);
}

void ControlSocket::close(int fd) {
  loop_.forget(fd);
  clients_.erase(fd);
}

void ControlSocket::expire() {
  const auto now = std::chrono::steady_clock::now();
  for (auto at = clients_.begin(); at != clients_.end();) {
    if (now - at->second.since > kMaxConversation) {
      loop_.forget(at->first);
      at = clients_.erase(at);
    } else {
      ++at;
    }
  }
}

}  // namespace vblade
