#include "vblade/process/opener_process.h"

#include "base/bytes.h"
#include "kernel/processes.h"
#include "net/interface.h"
#include "tests/unit/disk/scratch_file.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Rules that read a configuration which names `path`.
struct Configured {
  ScratchFile file{1 << 20};
  ScratchFile config{0};

  void name(const std::filesystem::path& path, const char* more = "") {
    std::ofstream(config.path()) << "shelf: 1\ninterfaces: [eth0]\nexports:\n  - {slot: 0, path: "
                                 << path.string() << more << "}\n";
  }
};

// Frames of this type that a socket gets which its owner has bound to all that there is.
bool gets(int socket, std::uint16_t ether_type) {
  sockaddr_ll all{};
  all.sll_family = AF_PACKET;
  all.sll_protocol = htons(ETH_P_ALL);
  (void)::bind(socket, reinterpret_cast<const sockaddr*>(&all), sizeof all);
  const base::Fd sender(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  sockaddr_ll lo{};
  lo.sll_family = AF_PACKET;
  lo.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
  std::array<std::byte, 60> frame{};
  while (::recv(socket, frame.data(), frame.size(), MSG_DONTWAIT) > 0) {
  }  // a second copy of the frame before
  base::store_be<std::uint16_t>(&frame[12], ether_type);
  if (::sendto(sender.get(), frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&lo),
               sizeof lo) < 0)
    return false;
  pollfd waiting{socket, POLLIN, 0};
  if (::poll(&waiting, 1, 200) != 1) return false;
  return ::recv(socket, frame.data(), frame.size(), MSG_DONTWAIT) > 0;
}

int hears_nothing_else() {
  if (::unshare(CLONE_NEWNET) != 0 || !net::raise_interface("lo")) return 1;
  vblade::OpenRules rules{{}};
  rules.allow_interfaces({"lo"});
  auto opener = vblade::OpenerProcess::start(std::move(rules)).value();
  if (opener->packet_socket("eth0", base::PacketUse::receive) || errno != ENODEV) return 2;
  const base::Fd hears = opener->packet_socket("lo", base::PacketUse::receive);
  const base::Fd sends = opener->packet_socket("lo", base::PacketUse::send);
  if (!hears || !sends) return 3;
  if (!gets(hears.get(), 0x88a2)) return 4;
  if (gets(hears.get(), 0x0800)) return 5;
  if (gets(sends.get(), 0x88a2) || gets(sends.get(), 0x0800)) return 6;
  sock_filter everything = BPF_STMT(BPF_RET | BPF_K, 0xffff);
  const sock_fprog program{1, &everything};
  for (const int socket : {hears.get(), sends.get()}) {
    if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 || errno != EPERM)
      return 7;
    if (::setsockopt(socket, SOL_SOCKET, SO_DETACH_FILTER, nullptr, 0) == 0) return 8;
  }
  return 0;
}

}  // namespace

TEST(OpenRules, OnlyWhatTheConfigurationNames) {
  Configured here;
  here.name(here.file.path(), ", read-only: true");
  vblade::OpenRules rules(here.config.path());
  EXPECT_TRUE(rules.allows(here.config.path(), O_RDONLY));
  EXPECT_FALSE(rules.allows(here.config.path(), O_RDWR)) << "the configuration is the administrator's";
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDONLY)) << "not read yet";
  rules.learn();
  EXPECT_TRUE(rules.allows(here.file.path(), O_RDONLY | O_DIRECT));
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDWR)) << "it is read-only";
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDONLY | O_TRUNC));
  EXPECT_FALSE(rules.allows("/etc/passwd", O_RDONLY));

  here.name("/etc/hosts");
  rules.learn();
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDONLY)) << "no longer";
  EXPECT_TRUE(rules.allows("/etc/hosts", O_RDWR));
  std::ofstream(here.config.path()) << "exports: [";
  rules.learn();
  EXPECT_TRUE(rules.allows("/etc/hosts", O_RDWR)) << "a bad file changes nothing";
}

TEST(OpenerProcess, OpensWhatTheRulesAllowAndNothingElse) {
  Configured here;
  here.name(here.file.path());
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules(here.config.path())).value();
  EXPECT_FALSE(opener->file(here.file.path(), O_RDONLY)) << "the configuration was not read yet";
  EXPECT_EQ(errno, EACCES);
  EXPECT_TRUE(opener->file(here.config.path(), O_RDONLY));
  const base::Fd file = opener->file(here.file.path(), O_RDWR);
  ASSERT_TRUE(file);
  EXPECT_EQ(::pwrite(file.get(), "x", 1, 0), 1);
  EXPECT_NE(::fcntl(file.get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_FALSE(opener->file("/etc/passwd", O_RDONLY));
  EXPECT_EQ(errno, EACCES);
  EXPECT_FALSE(opener->file(std::string(5000, 'x'), O_RDONLY));
  EXPECT_EQ(errno, ENAMETOOLONG);
}

TEST(OpenRules, OnlyTheInterfacesThatTheConfigurationNames) {
  Configured here;
  here.name(here.file.path());
  vblade::OpenRules rules(here.config.path());
  EXPECT_FALSE(rules.allows(net::Interface{.name = "eth0"}));
  rules.learn();
  EXPECT_TRUE(rules.allows(net::Interface{.name = "eth0"}));
  EXPECT_TRUE(rules.allows(net::Interface{.name = "lan", .other_names = {"eth0"}}));
  EXPECT_FALSE(rules.allows(net::Interface{.name = "eth1"}));
  rules.allow_interfaces({"eth*"});
  EXPECT_TRUE(rules.allows(net::Interface{.name = "eth1"}));
  EXPECT_FALSE(rules.allows(net::Interface{.name = "lo"}));
}

// In a namespace of its own, whose lo nobody else uses.
TEST(OpenerProcess, GivesOutPacketSocketsThatStayDeaf) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const pid_t child = ::fork();
  if (child == 0) ::_exit(hears_nothing_else());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the number of what went wrong";
}

TEST(OpenerProcess, SaysWhyItCannotOpen) {
  vblade::OpenRules rules{{}};
  rules.allow("/nowhere/disk.img", true);
  auto opener = vblade::OpenerProcess::start(std::move(rules)).value();
  EXPECT_FALSE(opener->file("/nowhere/disk.img", O_RDWR));
  EXPECT_EQ(errno, ENOENT);
}

TEST(OpenerProcess, ListsOldServers) {
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules({})).value();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sleep", "/old/vblade", "100", "0", "0", "0", nullptr);
    ::_exit(1);
  }
  // Until it has become the other program it blocks what we block, or has our command line.
  std::vector<std::string> found;
  for (int i = 0; i < 1000 && found.empty(); ++i) {
    for (const auto& one : opener->old_servers()) {
      if (one.pid == child) found = one.words;
    }
    if (found.empty()) ::usleep(10'000);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(found, (std::vector<std::string>{"100", "0", "0", "0"}));
}

TEST(OpenerProcess, LeavesNoProcessBehind) {
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules({})).value();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), 0) << "it runs";
  opener.reset();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

namespace {

// A pipe that nobody writes to: who opens it for reading waits.
struct Pipe {
  std::string path = "/tmp/aoe-pipe-XXXXXX";

  Pipe() {
    ::close(::mkstemp(path.data()));
    ::unlink(path.c_str());
    EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
  }
  ~Pipe() { ::unlink(path.c_str()); }
};

bool readable(int fd) {
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, 10'000) == 1;
}

}  // namespace

TEST(OpenerProcess, GivesUpAPathThatHangsAndOpensOn) {
  const Pipe hangs;
  const ScratchFile file(0);
  vblade::OpenRules rules{{}};
  rules.allow(hangs.path, false);
  rules.allow(file.path(), false);
  auto opener = vblade::OpenerProcess::start(std::move(rules)).value();
  unsigned waited = 0;
  opener->wait_by([&](int, auto) { return ++waited, false; });  // the time is over at once
  EXPECT_FALSE(opener->file(hangs.path, O_RDONLY));
  EXPECT_EQ(errno, ETIMEDOUT);
  EXPECT_EQ(waited, 1u);
  opener->wait_by([&](int fd, auto) { return readable(fd); });
  EXPECT_TRUE(opener->file(file.path(), O_RDONLY));
}

TEST(OpenerProcess, LooksAlongAPathWithoutMakingItsCallerWait) {
  Configured here;
  here.name(here.file.path());
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules(here.config.path())).value();
  EXPECT_FALSE(opener->take());
  opener->look(here.file.path());
  ASSERT_TRUE(readable(opener->looks_fd()));
  auto seen = opener->take();
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->file);

  opener->look("/etc/passwd");
  ASSERT_TRUE(readable(opener->looks_fd()));
  seen = opener->take();
  ASSERT_TRUE(seen);
  EXPECT_FALSE(seen->file);
  EXPECT_EQ(seen->error, EACCES) << "the configuration does not name it";
  EXPECT_FALSE(opener->take());
}

TEST(OpenerProcess, ItsEndIsAnEvent) {
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules({})).value();
  pollfd one{.fd = opener->ended_fd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&one, 1, 0), 0);
  const std::string self = std::to_string(::getpid());
  for (const std::uint64_t pid : kernel::process_ids("/proc")) {
    if (kernel::process_status("/proc", pid, "PPid") == self) ::kill(static_cast<pid_t>(pid), SIGKILL);
  }
  EXPECT_TRUE(readable(opener->ended_fd()));
  // Its workers are killed a moment later.
  do {
    ASSERT_FALSE(opener->file("/etc/hosts", O_RDONLY));
  } while (errno == EACCES);
  EXPECT_EQ(errno, EPIPE);
}
