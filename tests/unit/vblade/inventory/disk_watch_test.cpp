#include "vblade/inventory/disk_watch.h"

#include "base/log.h"
#include "tests/fakes/disk/fake_volume.h"
#include "tests/unit/vblade/inventory/served.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;

namespace {

class DiskWatch : public Served {};

}  // namespace

TEST_F(DiskWatch, AdvertisesADiskThatGrew) {
  auto whole = wanted(0);
  whole.length.reset();
  apply({whole});
  advertised("eth0");
  file_.resize(8 << 20);
  disks_.look();
  EXPECT_EQ(inventory_.exports().begin()->second->target.sectors, 16384u);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.0"));
}

TEST_F(DiskWatch, LooksAlongOnePathASecond) {
  disk::FakeVolumeOpener volumes;
  config::Server server{.file = {}, .exports = {wanted(0), wanted(1)}};
  server.exports[0].path = "/a";
  server.exports[1].path = "/b";
  auto& a = volumes.put("/a", 128);
  auto& b = volumes.put("/b", 128);
  vblade::Rollout rollout(inventory_, {machine_, volumes, states_, probe_, clock_, serials_});
  ASSERT_THAT(rollout.apply(server, {}), testing::IsEmpty());
  a.place = b.place = disk::PathState::gone;
  const auto places = [this] {
    return std::pair(inventory_.exports().at({1, 0})->path_state(),
                     inventory_.exports().at({1, 1})->path_state());
  };
  const auto look = [this] {
    disks_.look();
    disks_.take_looks();
  };
  look();
  EXPECT_EQ(places(), std::pair(disk::PathState::gone, disk::PathState::same));
  look();
  EXPECT_EQ(places(), std::pair(disk::PathState::gone, disk::PathState::gone));
  a.place = disk::PathState::other;
  look();
  EXPECT_EQ(places(), std::pair(disk::PathState::other, disk::PathState::gone));
}

TEST_F(DiskWatch, FindsLossesThatNoRequestHasFound) {
  config::Export one = wanted(0);
  one.sync = config::Sync::flush;
  apply({one});
  engine_.log.clear();
  disks_.look();
  EXPECT_THAT(engine_.log, ElementsAre("inquire", "push"));
  engine_.complete_with(-EIO);
  server_.reap();
  disks_.look();
  const vblade::Export& exported = *inventory_.exports().at({1, 0});
  EXPECT_TRUE(exported.target.failing);
  EXPECT_EQ(exported.counters.errors, 1u);
}

TEST_F(DiskWatch, GivesUpALookThatTakesTooLong) {
  disk::FakeVolumeOpener volumes;
  config::Server server{.file = {}, .exports = {wanted(0), wanted(1)}};
  server.exports[0].path = "/hangs";
  server.exports[1].path = "/answers";
  volumes.put("/hangs", 128);
  auto& answers = volumes.put("/answers", 128);
  vblade::Rollout rollout(inventory_, {machine_, volumes, states_, probe_, clock_, serials_});
  ASSERT_THAT(rollout.apply(server, {}), testing::IsEmpty());
  answers.place = disk::PathState::gone;
  looker_.answers = false;
  for (int second = 0; second < 3; ++second) {
    disks_.look();
    disks_.take_looks();
    EXPECT_EQ(looker_.asked, "/hangs");
  }
  looker_.answers = true;
  disks_.look();
  disks_.take_looks();
  EXPECT_EQ(looker_.asked, "/answers");
  EXPECT_EQ(inventory_.exports().at({1, 1})->path_state(), disk::PathState::gone);
}

TEST_F(DiskWatch, AHostThatAllExportsRefuseIsOneLine) {
  apply({wanted(0), wanted(1), wanted(2)});
  for (const auto& [address, exported] : inventory_.exports()) {
    exported->counters.refused = 2;
    exported->refused_last = {{2, 0, 0, 0, 0, 9}};
  }
  testing::internal::CaptureStderr();
  base::log::open("vblade", base::log::Sink::stderr_only);
  disks_.look();
  EXPECT_EQ(
      testing::internal::GetCapturedStderr(),
      "vblade: e1.0 and 2 more exports: refused 6 requests, the last from 02:00:00:00:00:09: not on their "
      "mask or allow list\n");
}
