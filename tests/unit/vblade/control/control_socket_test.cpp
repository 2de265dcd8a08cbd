#include "vblade/control/control_socket.h"

#include "tests/unit/disk/scratch_file.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

void nothing(const std::vector<std::string>&, const vblade::ControlAnswer&) {}

}  // namespace

TEST(ControlSocket, LeavesAFileThatIsNoSocketAsItIs) {
  ScratchFile precious(4096);
  auto loop = vblade::EventLoop::open().value();
  const auto control = vblade::ControlSocket::open(precious.path(), loop, nothing);
  ASSERT_FALSE(control);
  EXPECT_EQ(control.error().message,
            fmt::format("{} is no socket and stays as it is: give --socket the path of a new file",
                        precious.path().string()));
  EXPECT_EQ(std::filesystem::file_size(precious.path()), 4096U);
}

TEST(ControlSocket, TakesALeftoverSocketAndAtTheEndItsOwn) {
  ScratchFile place(0);
  std::filesystem::remove(place.path());
  auto loop = vblade::EventLoop::open().value();
  ASSERT_EQ(::mknod(place.path().c_str(), S_IFSOCK | 0600, 0), 0);
  auto control = vblade::ControlSocket::open(place.path(), loop, nothing);
  ASSERT_TRUE(control) << control.error().message;
  control->reset();
  EXPECT_FALSE(std::filesystem::exists(place.path()));

  control = vblade::ControlSocket::open(place.path(), loop, nothing);
  ASSERT_TRUE(control);
  std::filesystem::remove(place.path());
  ASSERT_EQ(::mknod(place.path().c_str(), S_IFSOCK | 0600, 0), 0);
  control->reset();
  EXPECT_TRUE(std::filesystem::exists(place.path())) << "that is another server's";
}
