#include "vblade/inventory/serials.h"

#include "tests/unit/disk/scratch_file.h"
#include "vblade/serving/serial.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

class Serials : public testing::Test {
 protected:
  ~Serials() override { fs::remove_all(state_); }

  static config::Server with(std::vector<std::uint8_t> slots) {
    config::Server server;
    for (const std::uint8_t slot : slots) {
      server.exports.emplace_back();
      server.exports.back().address = {1, slot};
    }
    return server;
  }
  static aoe::Identity named(const vblade::Serials& serials, std::uint8_t slot) {
    aoe::Target target;
    target.address = {1, slot};
    serials.name(target);
    return target.identity;
  }
  // Of a start with these exports.
  aoe::Identity start(std::vector<std::uint8_t> slots, std::uint8_t slot) {
    vblade::Serials serials(state_);
    serials.learn(with(std::move(slots)));
    return named(serials, slot);
  }
  std::string old(std::uint8_t slot) {
    vblade::Serials none("");
    return named(none, slot).serial;
  }

  fs::path state_ = fs::path(testing::TempDir()) / ("serials-" + std::to_string(::getpid()));
};

}  // namespace

TEST_F(Serials, WithoutStateAreMadeOfAddressAndHost) {
  std::array<char, 256> host{};
  ASSERT_EQ(::gethostname(host.data(), host.size() - 1), 0);
  EXPECT_EQ(old(0), vblade::default_serial({1, 0}, host.data()));
  vblade::Serials none("");
  EXPECT_EQ(named(none, 0).world_wide_name, vblade::world_wide_name(old(0)));
}

TEST_F(Serials, AtTheFirstStartAreTheOldOnesAndLaterDrawnOnce) {
  EXPECT_EQ(start({0, 1}, 0).serial, old(0));
  const auto added = start({0, 1, 2}, 2);
  EXPECT_NE(added.serial, old(2));
  EXPECT_EQ(added.serial.size(), 20U);
  EXPECT_TRUE(added.serial.starts_with("1.2:")) << added.serial;
  const auto again = start({2}, 2);
  EXPECT_EQ(again.serial, added.serial);
  EXPECT_EQ(again.world_wide_name, added.world_wide_name);
  EXPECT_EQ(start({0}, 0).serial, old(0));
}

TEST_F(Serials, WorldWideNamesTellMachinesOfOneHostNameApart) {
  const auto one = start({0}, 0);
  fs::remove_all(state_);
  const auto other = start({0}, 0);
  EXPECT_EQ(one.serial, other.serial);
  EXPECT_NE(one.world_wide_name, other.world_wide_name);
}

TEST_F(Serials, OfTheConfigurationAreNotKept) {
  auto server = with({0});
  server.exports[0].serial = "GATEWAY";
  vblade::Serials serials(state_);
  serials.learn(server);
  EXPECT_NE(start({0}, 0).serial, old(0)) << "it was not there at the first start";
}

TEST_F(Serials, ADamagedFileStaysAsItIs) {
  fs::create_directories(state_);
  std::ofstream(vblade::Serials::file_in(state_)) << "{";
  EXPECT_EQ(start({0}, 0).serial, old(0));
  EXPECT_EQ(fs::file_size(vblade::Serials::file_in(state_)), 1U);
}

TEST_F(Serials, ThatCannotBeKeptAreNotDrawn) {
  std::ofstream(state_) << "no directory";
  const auto one = start({0}, 0);
  EXPECT_EQ(one.serial, old(0));
  EXPECT_EQ(one.world_wide_name, vblade::world_wide_name(old(0)));
}
