#include "vblade/process/opener_process.h"

#include "aoe/header.h"
#include "base/close_range.h"
#include "config/server_config.h"
#include "net/packet_socket.h"
#include "vblade/process/daemon.h"
#include "vblade/process/workers.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vblade {

// What is said over a socket pair: one message each way, the descriptor beside the answer. An answer has the
// question's number, because one that comes too late is not the next one's.
struct OpenerQuestion {
  enum class What : int { file, packet_socket, old_servers, disk_holders } what = What::file;
  std::uint64_t id = 0;
  int number = 0;                     // open's flags, or the use of a packet socket
  std::array<char, PATH_MAX> path{};  // or the name of an interface
};

namespace {

using Question = OpenerQuestion;

using Clock = std::chrono::steady_clock;

// What a question may take. A reload asks several, and vbladectl waits ten seconds for it.
constexpr std::chrono::seconds kLimit{2};
// The workers' numbers: looks at paths are apart, so that one that hangs holds up no other question.
constexpr std::uint64_t kOpens = 0;
constexpr std::uint64_t kLooks = 1;

// Both ends of a conversation in whole messages.
struct SocketPair {
  base::Fd ours, theirs;

  static base::Result<SocketPair> make() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
      return base::fail_errno(errno, "cannot make a pair of sockets");
    return SocketPair{base::Fd(ends[0]), base::Fd(ends[1])};
  }
};

bool wait_until_readable(int fd, Clock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return false;
    pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&one, 1, static_cast<int>(left.count())) > 0) return true;
  }
}

struct Answer {
  std::uint64_t id = 0;
  int error = 0;
};

union DescriptorSpace {
  cmsghdr header;
  std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

void answer(int socket, std::uint64_t id, const base::Fd& fd, int error) {
  Answer said{.id = id, .error = error};
  iovec text{&said, sizeof said};
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

// The answer that waits, with its descriptor or its error; nothing when none waits, or one to another
// question.
std::optional<PathLooker::Seen> take_answer(int socket, std::uint64_t id) {
  Answer said;
  iovec text{&said, sizeof said};
  DescriptorSpace space{};
  msghdr message{};
  message.msg_iov = &text;
  message.msg_iovlen = 1;
  message.msg_control = space.bytes.data();
  message.msg_controllen = space.bytes.size();
  ssize_t got = -1;
  while ((got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT)) < 0 && errno == EINTR) {
  }
  int number = -1;
  const cmsghdr* header = got > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
  if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    std::memcpy(&number, CMSG_DATA(header), sizeof number);
  base::Fd file(number);
  if (got == 0) return PathLooker::Seen{{}, EPIPE};
  if (got != sizeof said || said.id != id) return std::nullopt;
  return PathLooker::Seen{std::move(file), said.error};
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

base::Fd open_for(OpenRules& rules, Question& question, base::Opener& opener, bool learns) {
  if (question.what == Question::What::old_servers) return hand_out(packed(find_old_servers()));
  if (question.what == Question::What::disk_holders) return hand_out(packed(find_disk_holders()));
  question.path.back() = '\0';
  if (question.what == Question::What::packet_socket)
    return packet_socket_for(rules, question.path.data(), static_cast<base::PacketUse>(question.number));
  const std::filesystem::path path = question.path.data();
  if (rules.is_config(path) || (learns && !rules.allows(path, question.number))) rules.learn();
  if (!rules.allows(path, question.number)) {
    errno = EACCES;
    return {};
  }
  return opener.file(path, question.number);
}

// Answers what is asked, one question after the other. `learns`: asks the configuration again before it
// refuses a path, because it is not asked for the configuration itself.
void serve(int socket, OpenRules rules, bool learns, std::uint64_t given_up) {
  base::DirectOpener opener;
  Question question;
  for (;;) {
    const ssize_t got = ::recv(socket, &question, sizeof question, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got != sizeof question) ::_exit(0);
    if (question.id <= given_up) continue;  // it may hang this worker as it did the last one
    const base::Fd fd = open_for(rules, question, opener, learns);
    answer(socket, question.id, fd, errno);
  }
}

// Lives until the server is gone, and holds nothing of it: neither its terminal nor who waits for its
// readiness.
[[noreturn]] void keep(base::Fd control, base::Fd opens, base::Fd looks, OpenRules rules) {
  ::prctl(PR_SET_NAME, "vblade-opener");
  let_go_of_terminal();
  base::close_all_but({STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, control.get(), opens.get(), looks.get()});
  const auto worker = [&rules](int socket, bool learns) {
    return [&rules, socket, learns](Succession succession) {
      base::close_all_but({STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, socket});
      if (succession.replaces) rules.learn();
      serve(socket, rules, learns, succession.given_up);
    };
  };
  keep_workers(control.get(), {worker(opens.get(), false), worker(looks.get(), true)});
}

bool put(Question& question, const std::filesystem::path& path) {
  const std::string text = path.string();
  if (text.size() >= question.path.size()) return false;
  std::memcpy(question.path.data(), text.data(), text.size());
  return true;
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
  auto control = SocketPair::make();
  auto opens = SocketPair::make();
  auto looks = SocketPair::make();
  for (const auto* one : {&control, &opens, &looks}) {
    if (!*one) return std::unexpected(one->error());
  }
  const pid_t pid = ::fork();
  if (pid < 0) return base::fail_errno(errno, "cannot start the process that opens files");
  if (pid == 0)
    keep(std::move(control->theirs), std::move(opens->theirs), std::move(looks->theirs), std::move(rules));
  return std::unique_ptr<OpenerProcess>(
      new OpenerProcess(pid, std::move(control->ours), std::move(opens->ours), std::move(looks->ours)));
}

OpenerProcess::OpenerProcess(pid_t pid, base::Fd control, base::Fd opens, base::Fd looks)
    : pid_(pid),
      control_(std::move(control)),
      opens_(std::move(opens)),
      looks_(std::move(looks)),
      wait_(&wait_until_readable) {}

OpenerProcess::~OpenerProcess() {
  for (base::Fd* one : {&control_, &opens_, &looks_}) one->reset();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void OpenerProcess::replace(std::uint64_t worker, std::uint64_t given_up) {
  const Replacement asked{.worker = worker, .given_up = given_up};
  (void)::send(control_.get(), &asked, sizeof asked, MSG_NOSIGNAL | MSG_DONTWAIT);
}

base::Fd OpenerProcess::ask(Question& question) {
  question.id = ++last_id_;
  if (::send(opens_.get(), &question, sizeof question, MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof question) {
    errno = EPIPE;
    return {};
  }
  const auto end = Clock::now() + kLimit;
  while (wait_(opens_.get(), end)) {
    auto answer = take_answer(opens_.get(), question.id);
    if (!answer) continue;
    errno = answer->error;
    return std::move(answer->file);
  }
  replace(kOpens, question.id);
  errno = ETIMEDOUT;
  return {};
}

base::Fd OpenerProcess::file(const std::filesystem::path& path, int flags) {
  Question question{.what = Question::What::file, .number = flags};
  if (put(question, path)) return ask(question);
  errno = ENAMETOOLONG;
  return {};
}

// A socket is made at once, so a process with the rights for it needs nobody.
base::Fd OpenerProcess::packet_socket(const std::string& interface, base::PacketUse use) {
  if (has_rights_) return base::DirectOpener().packet_socket(interface, use);
  Question question{.what = Question::What::packet_socket, .number = static_cast<int>(use)};
  if (put(question, interface)) return ask(question);
  errno = ENAMETOOLONG;
  return {};
}

void OpenerProcess::look(const std::filesystem::path& path) {
  if (const auto hangs = std::exchange(looking_for_, ++last_id_); hangs != 0) replace(kLooks, hangs);
  Question question{.what = Question::What::file, .id = looking_for_, .number = O_PATH};
  if (put(question, path))
    (void)::send(looks_.get(), &question, sizeof question, MSG_NOSIGNAL | MSG_DONTWAIT);
}

std::optional<PathLooker::Seen> OpenerProcess::take() {
  auto seen = take_answer(looks_.get(), looking_for_);
  if (looking_for_ == 0) return std::nullopt;  // nothing was asked: this is the end of the child, if anything
  if (seen) looking_for_ = 0;
  return seen;
}

std::vector<OldServer> OpenerProcess::old_servers() {
  Question question{.what = Question::What::old_servers};
  return unpacked(text_of(ask(question)));
}

std::vector<DiskHolder> OpenerProcess::disk_holders() {
  Question question{.what = Question::What::disk_holders};
  return unpacked_holders(text_of(ask(question)));
}

}  // namespace vblade
