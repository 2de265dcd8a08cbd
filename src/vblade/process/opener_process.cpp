#include "vblade/process/opener_process.h"

#include "aoe/header.h"
#include "base/close_range.h"
#include "config/server_config.h"
#include "net/packet_socket.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vblade {

namespace {

// What is said over the socket pair: one message each way, the descriptor beside the answer.
struct Question {
  enum class What : int { file, packet_socket, old_servers, disk_holders } what = What::file;
  int number = 0;                     // open's flags, or the use of a packet socket
  std::array<char, PATH_MAX> path{};  // or the name of an interface
};

union DescriptorSpace {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

void answer(int socket, const base::Fd& fd, int error) {
  iovec text{&error, sizeof error};
  DescriptorSpace space{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  if (fd) {
    message.msg_control = space.bytes.data();
    message.msg_controllen = space.bytes.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int number = fd.get();
    std::memcpy(CMSG_DATA(header), &number, sizeof number);
  }
  (void)::sendmsg(socket, &message, MSG_NOSIGNAL);
}

// The answer's descriptor; empty, with errno set, when it brings none.
base::Fd take_answer(int socket) {
  int error = EPIPE;
  iovec text{&error, sizeof error};
  DescriptorSpace space{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = space.bytes.data();
  message.msg_controllen = space.bytes.size();
  ssize_t got = -1;
  while ((got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  int number = -1;
  const cmsghdr* header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(&number, CMSG_DATA(header), sizeof number);
  if (number < 0) errno = got > 0 ? error : EPIPE;
  return base::Fd(number);
}

// A text as a file in memory.
base::Fd hand_out(const std::string& text) {
  base::Fd file(::memfd_create("list", MFD_CLOEXEC));
  if (file && ::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    file.reset();
  return file;
}

std::string text_of(const base::Fd& file) {
  std::string text;
  std::array<char, 4096> part{};
  ssize_t got = 0;
  while (file && (got = ::pread(file.get(), part.data(), part.size(), static_cast<off_t>(text.size()))) > 0)
    text.append(part.data(), static_cast<std::size_t>(got));
  return text;
}

base::Fd packet_socket_for(const OpenRules& rules, const std::string& name, base::PacketUse use) {
  const auto interface = net::find_interface(name);
  if (interface && rules.allows(*interface))
    return net::locked_packet_socket(*interface, aoe::kEtherType, use);
  errno = interface ? EACCES : ENODEV;
  return {};
}

base::Fd open_for(OpenRules& rules, Question& question, base::Opener& opener) {
  if (question.what == Question::What::old_servers) return hand_out(packed(find_old_servers()));
  if (question.what == Question::What::disk_holders) return hand_out(packed(find_disk_holders()));
  question.path.back() = '\0';
  if (question.what == Question::What::packet_socket)
    return packet_socket_for(rules, question.path.data(), static_cast<base::PacketUse>(question.number));
  const std::filesystem::path path = question.path.data();
  if (rules.is_config(path)) rules.learn();
  if (!rules.allows(path, question.number)) {
    errno = EACCES;
    return {};
  }
  return opener.file(path, question.number);
}

// Lives until the server is gone, and holds nothing of it: neither its terminal nor who waits for its
// readiness.
[[noreturn]] void serve(base::Fd parent, OpenRules rules) {
  ::prctl(PR_SET_NAME, "vblade-opener");
  const int socket = ::dup2(parent.get(), STDIN_FILENO);
  base::close_range(STDERR_FILENO + 1, ~0U);
  const int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, STDOUT_FILENO);
  ::dup2(null, STDERR_FILENO);
  base::DirectOpener opener;
  Question question;
  for (;;) {
    const ssize_t got = ::recv(socket, &question, sizeof question, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof question) ::_exit(0);
    const base::Fd fd = open_for(rules, question, opener);
    answer(socket, fd, errno);
  }
}

base::Fd ask(int socket, const Question& question) {
  if (::send(socket, &question, sizeof question, MSG_NOSIGNAL) != sizeof question) {
    errno = EPIPE;
    return {};
  }
  return take_answer(socket);
}

}  // namespace

void OpenRules::learn() {
  if (config_file_.empty()) return;
  const auto wanted = config::load_server(config_file_);
  if (!wanted) return;
  writable_.clear();
  interfaces_.clear();
  for (const config::Export& one : wanted->exports) {
    allow(one.path, !one.read_only);
    allow_interfaces(one.interfaces);
  }
}

void OpenRules::allow_interfaces(const std::vector<std::string>& patterns) {
  interfaces_.insert(patterns.begin(), patterns.end());
}

bool OpenRules::allows(const net::Interface& interface) const {
  const std::vector<std::string> patterns(interfaces_.begin(), interfaces_.end());
  return !net::matching({&interface, 1}, patterns).empty();
}

bool OpenRules::allows(const std::filesystem::path& path, int flags) const {
  if ((flags & ~(O_ACCMODE | O_CLOEXEC | O_DIRECT | O_EXCL | O_NONBLOCK | O_PATH)) != 0) return false;
  const bool writing = (flags & O_ACCMODE) != O_RDONLY;
  if (is_config(path)) return !writing;
  const auto found = writable_.find(path);
  return found != writable_.end() && (found->second || !writing);
}

base::Result<std::unique_ptr<OpenerProcess>> OpenerProcess::start(OpenRules rules) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return base::fail_errno(errno, "cannot make a pair of sockets");
  base::Fd child(ends[0]);
  base::Fd parent(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return base::fail_errno(errno, "cannot start the process that opens files");
  if (pid == 0) {
    child.reset();
    serve(std::move(parent), std::move(rules));
  }
  return std::unique_ptr<OpenerProcess>(new OpenerProcess(std::move(child), pid));
}

OpenerProcess::~OpenerProcess() {
  child_.reset();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

base::Fd OpenerProcess::ask_by_name(int what, const std::string& name, int number) {
  Question question{.what = static_cast<Question::What>(what), .number = number};
  if (name.size() >= question.path.size()) {
    errno = ENAMETOOLONG;
    return {};
  }
  std::memcpy(question.path.data(), name.data(), name.size());
  return ask(child_.get(), question);
}

base::Fd OpenerProcess::file(const std::filesystem::path& path, int flags) {
  return ask_by_name(static_cast<int>(Question::What::file), path.string(), flags);
}

base::Fd OpenerProcess::packet_socket(const std::string& interface, base::PacketUse use) {
  return ask_by_name(static_cast<int>(Question::What::packet_socket), interface, static_cast<int>(use));
}

std::vector<OldServer> OpenerProcess::old_servers() {
  return unpacked(text_of(ask(child_.get(), {.what = Question::What::old_servers})));
}

std::vector<DiskHolder> OpenerProcess::disk_holders() {
  return unpacked_holders(text_of(ask(child_.get(), {.what = Question::What::disk_holders})));
}

}  // namespace vblade
