#include "vblade/process/service_manager.h"

#include "base/fd.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

// What systemd binds: a datagram socket with this name. A path is removed afterwards.
class Listener {
 public:
  explicit Listener(std::string name)
      : name_(std::move(name)), fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (name_.front() == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), length), 0) << name_;
  }
  ~Listener() {
    if (name_.front() == '/') ::unlink(name_.c_str());
  }

  // The next datagram; "(nothing)" where none has come.
  std::string next() const {
    std::string text(4096, '\0');
    const ssize_t got = ::recv(fd_.get(), text.data(), text.size(), 0);
    return got < 0 ? "(nothing)" : text.substr(0, static_cast<std::size_t>(got));
  }

 private:
  std::string name_;
  base::Fd fd_;
};

std::string path_of_socket() {
  return testing::TempDir() + fmt::format("aoe-notify-{}", ::getpid());
}

std::string warning_of(const std::string& socket) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  vblade::ServiceManager(socket).stopping();
  return testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
}

}  // namespace

TEST(ServiceManager, ReportsEachStateAsOneDatagram) {
  const Listener systemd(path_of_socket());
  const vblade::ServiceManager manager(path_of_socket());
  manager.ready("2 exports are served");
  EXPECT_EQ(systemd.next(), "READY=1\nSTATUS=2 exports are served");
  manager.reloading(std::chrono::microseconds(123456789));
  EXPECT_EQ(systemd.next(), "RELOADING=1\nMONOTONIC_USEC=123456789");
  manager.stopping();
  EXPECT_EQ(systemd.next(), "STOPPING=1");
  EXPECT_EQ(systemd.next(), "(nothing)");
}

TEST(ServiceManager, ReportsToAnAbstractSocket) {
  const std::string name = fmt::format("@aoe-notify-{}", ::getpid());
  const Listener systemd(name);
  vblade::ServiceManager(name).stopping();
  EXPECT_EQ(systemd.next(), "STOPPING=1");
}

TEST(ServiceManager, TakesTheSocketFromTheEnvironment) {
  const Listener systemd(path_of_socket());
  ::setenv("NOTIFY_SOCKET", path_of_socket().c_str(), 1);
  vblade::ServiceManager::from_environment().stopping();
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(systemd.next(), "STOPPING=1");
  vblade::ServiceManager::from_environment().stopping();
  EXPECT_EQ(systemd.next(), "(nothing)");
}

// systemd binds its socket anew when it executes itself anew.
TEST(ServiceManager, FollowsASocketThatIsBoundAnew) {
  const vblade::ServiceManager manager(path_of_socket());
  {
    const Listener before(path_of_socket());
    manager.stopping();
    EXPECT_EQ(before.next(), "STOPPING=1");
  }
  const Listener after(path_of_socket());
  manager.stopping();
  EXPECT_EQ(after.next(), "STOPPING=1");
}

TEST(ServiceManager, LogsWhatItCannotReportAndGoesOn) {
  EXPECT_THAT(warning_of(""), testing::IsEmpty());
  EXPECT_THAT(
      warning_of("/nowhere/notify"),
      testing::HasSubstr("cannot report to NOTIFY_SOCKET='/nowhere/notify': No such file or directory\n"));
  EXPECT_THAT(
      warning_of("vsock:2:1234"),
      testing::HasSubstr(
          "cannot report to NOTIFY_SOCKET='vsock:2:1234': expected the path of a socket, or @NAME\n"));
  const std::string long_name = "/" + std::string(200, 'x');
  EXPECT_THAT(warning_of(long_name), testing::HasSubstr("cannot report to NOTIFY_SOCKET='" + long_name +
                                                        "': expected the path of a socket, or @NAME\n"));
}
