#include "vblade/inventory/rollout.h"

#include "tests/fakes/disk/fake_volume.h"
#include "tests/unit/vblade/inventory/served.h"

#include <cerrno>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class Rollout : public Served {
 protected:
  std::vector<std::string> served_of(config::Server server, vblade::Rollout::Options options,
                                     std::vector<std::string>& messages) {
    messages.clear();
    for (const auto& problem : rollout_.apply(server, options)) messages.push_back(problem.message);
    return served();
  }
};

}  // namespace

TEST_F(Rollout, ServesAndAdvertisesWhatIsWanted) {
  EXPECT_THAT(apply({wanted(0), wanted(1, {"eth*"})}), IsEmpty());
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.1"));
  EXPECT_THAT(machine_.opened, ElementsAre("eth0", "eth1"));
  EXPECT_THAT(advertised("eth1"), ElementsAre("1.1"));
  EXPECT_EQ(machine_.links.at("eth0")->filter,
            "(ether[14] & 0x08 = 0 or ether[19] = 1) and (ether[16:2] = 0xffff or ether[16:2] = 1)");
}

TEST_F(Rollout, TellsEveryProblemAndChangesNothing) {
  ASSERT_THAT(apply({wanted(0)}), IsEmpty());
  auto missing = wanted(1, {"eth7"});
  missing.path = "/nowhere";
  EXPECT_THAT(
      apply({missing, wanted(2, {"wlan*"})}),
      ElementsAre("'/nowhere' does not exist", "interface 'eth7' does not exist; those here: eth0, eth1",
                  "no Ethernet interface matches 'wlan*'; those here: eth0, eth1"));
  EXPECT_THAT(served(), ElementsAre("e1.0"));
}

TEST_F(Rollout, NamesWhatCannotCarryAoe) {
  machine_.interface("eth0").ethernet = false;
  machine_.interface("eth1").mtu = 300;
  EXPECT_THAT(apply({wanted(0), wanted(1, {"eth1"})}),
              ElementsAre("interface 'eth0' is not Ethernet; the Ethernet interfaces here: eth1",
                          "interface 'eth1' has an MTU of 300: a frame with one sector needs 548"));
}

TEST_F(Rollout, NamesTheBridgeThatTakesThePortsFrames) {
  machine_.add("br0");
  machine_.interface("eth0").master = machine_.interface("br0").index;
  EXPECT_THAT(apply({wanted(0)}),
              ElementsAre("interface 'eth0' is a port of 'br0', which takes its frames: write 'br0'"));
  EXPECT_THAT(apply({wanted(0, {"eth*"})}), IsEmpty());
  EXPECT_THAT(inventory_.exports().at({1, 0})->interfaces, ElementsAre("eth1"));
}

TEST_F(Rollout, ServesOnAnInterfaceByItsOtherName) {
  machine_.interface("eth0").other_names = {"enp3s0"};
  EXPECT_THAT(apply({wanted(0, {"enp3s0"})}), IsEmpty());
  EXPECT_THAT(inventory_.exports().at({1, 0})->interfaces, ElementsAre("eth0"));
}

TEST_F(Rollout, ServesOnceOnAnInterfaceThatIsNamedTwice) {
  machine_.interface("eth0").other_names = {"enp3s0"};
  EXPECT_THAT(apply({wanted(0, {"enp3s0", "eth0"})}), IsEmpty());
  EXPECT_THAT(inventory_.exports().at({1, 0})->interfaces, ElementsAre("eth0"));
}

TEST_F(Rollout, IsNotServedBesidesAnOldServer) {
  struct stat status{};
  ASSERT_EQ(::stat(file_.path().c_str(), &status), 0);
  machine_.old = {{.pid = 10, .words = {"1", "0", "eth0", "/a"}, .files_are_known = true, .stop = "kill 10"},
                  {.pid = 11,
                   .words = {"9", "9", "eth9", file_.path()},
                   .files = {vblade::file_id(status)},
                   .files_are_known = true,
                   .stop = "rc-service vblade.home stop"}};
  const std::string address =
      "process 10, an old vblade, serves e1.0 on eth0 from '/a': end it with 'kill 10'";
  const std::string path = fmt::format(
      "process 11, an old vblade, serves e9.9 on eth9 from '{}': end it with 'rc-service vblade.home stop'",
      file_.path().string());
  EXPECT_THAT(apply({wanted(0), wanted(1, {"eth1"})}), ElementsAre(address, path, path));
  EXPECT_THAT(served(), IsEmpty());
  // Forced is what others hold, never an address.
  auto forced = wanted(0);
  forced.force = true;
  EXPECT_THAT(apply({forced}), ElementsAre(address));
  forced.address.slot = 1;
  EXPECT_THAT(apply({forced}), IsEmpty());
  // What is served stays so, whatever comes later.
  machine_.old[0].words = {"1", "1", "eth0", "/a"};
  EXPECT_THAT(apply({forced}), IsEmpty());
  forced.interfaces = {"eth0", "eth1"};
  machine_.old[0].words = {"1", "1", "eth1", "/a"};
  EXPECT_THAT(apply({forced}),
              ElementsAre("process 10, an old vblade, serves e1.1 on eth1 from '/a': end it with "
                          "'kill 10'"));
  machine_.old.clear();
  EXPECT_THAT(apply({wanted(0), wanted(1, {"eth1"})}), IsEmpty());
}

// A server that was killed is gone in half a second.
TEST_F(Rollout, WaitsAtAStartForAnOldServerThatMayBeAboutToEnd) {
  using std::chrono::milliseconds;
  machine_.old = {{.pid = 10, .words = {"1", "0", "eth0", "/a"}, .files_are_known = true, .stop = "kill 10"}};
  std::vector<std::string> messages;
  const config::Server server{.file = {}, .exports = {wanted(0)}};
  served_of(server, {}, messages);
  EXPECT_EQ(messages.size(), 1u);
  EXPECT_EQ(clock_.time, milliseconds(0)) << "not in a reload";
  served_of(server, {.closer_wait = milliseconds(10'000)}, messages);
  EXPECT_EQ(messages.size(), 1u);
  EXPECT_EQ(clock_.time, milliseconds(500));
}

TEST_F(Rollout, WaitsAtAStartForADiskThatAKilledServerMayHold) {
  disk::FakeVolumeOpener volumes;
  auto& busy = volumes.put(file_.path(), 8192);
  busy.error = "'/a' is in use";
  busy.code = EBUSY;
  vblade::Rollout rollout(inventory_, {machine_, volumes, states_, probe_, clock_, serials_});
  const config::Server server{.file = {}, .exports = {wanted(0)}};
  const auto problems = rollout.apply(server, {.closer_wait = std::chrono::seconds(10)});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].message, "'/a' is in use");
  EXPECT_EQ(clock_.time, std::chrono::milliseconds(500));
}

TEST_F(Rollout, LeavesAloneWhatDidNotChange) {
  apply({wanted(0), wanted(1)});
  const vblade::Export* kept = inventory_.exports().begin()->second.get();
  const net::FakeLink* link = machine_.links.at("eth0");
  advertised("eth0");
  EXPECT_THAT(apply({wanted(0), wanted(2)}), IsEmpty());
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.2"));
  EXPECT_EQ(inventory_.exports().begin()->second.get(), kept);
  EXPECT_EQ(machine_.links.at("eth0"), link);
  EXPECT_THAT(advertised("eth0"), ElementsAre("1.2")) << "only what is new";
}

TEST_F(Rollout, KeepsWhatInitiatorsSetWhenAnExportGetsAnotherDisk) {
  apply({wanted(0)});
  inventory_.exports().begin()->second->target.config_string = {std::byte{'x'}};
  auto other = wanted(0);
  other.length = 32768;
  EXPECT_THAT(apply({other}), IsEmpty());
  const vblade::Export& now = *inventory_.exports().begin()->second;
  EXPECT_EQ(now.target.sectors, 64u);
  EXPECT_EQ(now.target.config_string.size(), 1u);
}

TEST_F(Rollout, RefusesAnAddressThatAnotherHostServes) {
  using std::chrono::milliseconds;
  probe_.others = {{"eth0", {1, 1}, {{2, 0, 0, 0, 0, 0x99}}}};
  std::vector<std::string> messages;
  config::Server server{.file = {}, .exports = {wanted(0), wanted(1)}};
  EXPECT_THAT(served_of(server, {.probe = milliseconds(250)}, messages), IsEmpty());
  EXPECT_THAT(messages,
              ElementsAre("e1.1 is already served by the host 02:00:00:00:00:99 on eth0: stop that one, "
                          "choose another address, or set 'force: true'"));
  EXPECT_THAT(served_of(server, {.probe = milliseconds(250), .only_warn_of_rivals = true}, messages),
              ElementsAre("e1.0", "e1.1"));
  EXPECT_THAT(messages, IsEmpty());
  EXPECT_THAT(served_of(server, {.probe = milliseconds(250)}, messages), ElementsAre("e1.0", "e1.1"))
      << "what is served is not asked for again";
  EXPECT_THAT(messages, IsEmpty());
  EXPECT_THAT(probe_.asked, IsEmpty());
}

TEST_F(Rollout, ForceServesBesideAnotherHost) {
  probe_.others = {{"eth0", {1, 0}, {{2, 0, 0, 0, 0, 0x99}}}};
  config::Server server{.file = {}, .exports = {wanted(0)}};
  server.exports[0].force = true;
  std::vector<std::string> messages;
  EXPECT_THAT(served_of(server, {.probe = std::chrono::milliseconds(250)}, messages), ElementsAre("e1.0"));
  EXPECT_THAT(messages, IsEmpty());
}

TEST_F(Rollout, AStrangersAnswerTakesNothingOutOfService) {
  config::Server server{.file = {}, .exports = {wanted(0), wanted(1)}, .partial = true};
  std::vector<std::string> messages;
  served_of(server, {}, messages);
  probe_.others = {{"eth1", {1, 0}, {{2, 0, 0, 0, 0, 0x99}}}};
  server.exports[0].interfaces = {"eth0", "eth1"};
  EXPECT_THAT(served_of(server, {.probe = std::chrono::milliseconds(250)}, messages),
              ElementsAre("e1.0", "e1.1"));
  EXPECT_THAT(inventory_.exports().at({1, 0})->interfaces, ElementsAre("eth0"));
  EXPECT_EQ(inventory_.left_out().size(), 1U);
}

TEST_F(Rollout, AnOldServerTakesNothingOutOfService) {
  config::Server server{.file = {}, .exports = {wanted(0), wanted(1)}, .partial = true};
  std::vector<std::string> messages;
  served_of(server, {}, messages);
  machine_.old = {{.pid = 10, .words = {"1", "0", "eth1", "/a"}, .files_are_known = true, .stop = "kill 10"}};
  server.exports[0].interfaces = {"eth0", "eth1"};
  EXPECT_THAT(served_of(server, {}, messages), ElementsAre("e1.0", "e1.1"));
  EXPECT_THAT(inventory_.exports().at({1, 0})->interfaces, ElementsAre("eth0"));
}

TEST_F(Rollout, TheAnswerOfOurOtherInterfaceIsNoRival) {
  std::vector<std::string> messages;
  config::Server server{.file = {}, .exports = {wanted(0)}};
  served_of(server, {}, messages);
  server.exports[0].interfaces = {"eth0", "eth1"};
  probe_.others = {{"eth1", {1, 0}, machine_.interface("eth0").mac}};
  served_of(server, {.probe = std::chrono::milliseconds(250)}, messages);
  EXPECT_THAT(messages, IsEmpty());
  EXPECT_THAT(inventory_.exports().at({1, 0})->interfaces, ElementsAre("eth0", "eth1"));
}

TEST_F(Rollout, HasAnAddressOnAnInterfaceForItselfOnThisMachine) {
  EXPECT_THAT(apply({wanted(0, {"eth0", "eth1"})}), IsEmpty());
  EXPECT_THAT(machine_.claimed, ElementsAre("e1.0 eth0", "e1.0 eth1"));
  machine_.taken = {"e1.0 eth0", "e1.1 eth1"};
  EXPECT_THAT(apply({wanted(0, {"eth0"})}), IsEmpty()) << "what it has it does not claim again";
  EXPECT_EQ(inventory_.exports().at({1, 0})->claims.size(), 1U) << "and gives back what it no longer needs";
  EXPECT_THAT(apply({wanted(0), wanted(1, {"eth0", "eth1"})}), ElementsAre("e1.1 eth1 is taken"));
  EXPECT_THAT(served(), ElementsAre("e1.0"));
  auto other = wanted(0);
  other.length = 32768;
  EXPECT_THAT(apply({other}), IsEmpty()) << "with another disk";
  EXPECT_EQ(inventory_.exports().at({1, 0})->claims.size(), 1U);
  inventory_.drain(*inventory_.exports().at({1, 0}));
  EXPECT_THAT(apply({other}), IsEmpty());
}

// Its disk does not answer, or takes its time: nobody has to wait for that.
TEST_F(Rollout, TakesUpAgainWhatIsStillAboutToLeave) {
  apply({wanted(0), wanted(1)});
  inventory_.exports().at({1, 0})->queue.write_back();
  EXPECT_THAT(apply({wanted(1)}), IsEmpty());
  ASSERT_EQ(inventory_.outstanding(), 1U);
  EXPECT_THAT(apply({wanted(0), wanted(1)}), IsEmpty());
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.1"));
}

TEST_F(Rollout, RefusesADiskUnderTwoNames) {
  const std::string link = file_.path().string() + "-link", second = file_.path().string() + "-second";
  std::filesystem::create_symlink(file_.path(), link);
  std::filesystem::create_hard_link(file_.path(), second);
  auto one = wanted(0), other = wanted(1);
  for (const std::string& name : {link, second}) {
    other.path = name;
    other.offset = one.offset;
    EXPECT_THAT(
        apply({one, other}),
        ElementsAre(fmt::format("'{}' is the disk that e1.0 serves as '{}': export it once, give each "
                                "export a part of its own with offset and length, or set 'force: true'",
                                name, file_.path().string())));
    other.offset = wanted(1).offset;
    EXPECT_THAT(apply({one, other}), IsEmpty()) << "two parts";
    other.offset = one.offset;
    EXPECT_EQ(apply({one, other}).size(), 1U);
    other.force = true;
    EXPECT_THAT(apply({one, other}), IsEmpty());
    other.force = false;
    apply({one});
  }
  std::filesystem::remove(link);
  std::filesystem::remove(second);
}

TEST_F(Rollout, TheLaterNameOfADiskIsRefusedWhateverTheOrder) {
  const std::string link = file_.path().string() + "-link";
  std::filesystem::create_symlink(file_.path(), link);
  apply({wanted(1)});
  auto other = wanted(0);
  other.path = link;
  other.offset = wanted(1).offset;
  const auto messages = apply({other, wanted(1)});
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_TRUE(messages[0].starts_with(fmt::format("'{}' is the disk that e1.1 serves as", link)))
      << messages[0];
  std::filesystem::remove(link);
}

TEST_F(Rollout, RefusesWhatALoopDeviceOrSwapHas) {
  struct stat status{};
  ASSERT_EQ(::stat(file_.path().c_str(), &status), 0);
  machine_.holders = {{vblade::file_id(status), false, "/dev/loop7", "losetup -d /dev/loop7"}};
  EXPECT_THAT(
      apply({wanted(0)}),
      ElementsAre(fmt::format(
          "'{}' is in use by /dev/loop7: release it with 'losetup -d /dev/loop7', or set 'force: true'",
          file_.path().string())));
  auto forced = wanted(0);
  forced.force = true;
  EXPECT_THAT(apply({forced}), IsEmpty());
  auto reader = wanted(1);
  reader.read_only = true;
  EXPECT_EQ(apply({reader}).size(), 1U);
  machine_.holders[0].read_only = true;
  EXPECT_THAT(apply({reader}), IsEmpty()) << "both only read";
}

TEST_F(Rollout, ServesWhatItCanWhenAskedTo) {
  std::vector<std::string> messages;
  config::Server server{.file = {},
                        .exports = {wanted(0), wanted(1), wanted(2, {"eth9"}), wanted(3, {"eth9", "eth1"})}};
  server.exports[1].path = "/nowhere/disk.img";
  EXPECT_THAT(served_of(server, {}, messages), IsEmpty());
  EXPECT_EQ(messages.size(), 2u);
  server.partial = true;
  EXPECT_THAT(served_of(server, {}, messages), ElementsAre("e1.0", "e1.3"));
  EXPECT_THAT(messages, IsEmpty());
  ASSERT_EQ(inventory_.left_out().size(), 2u);
  EXPECT_EQ(inventory_.left_out()[0].message, "'/nowhere/disk.img' does not exist");
  EXPECT_EQ(inventory_.left_out()[1].message, "interface 'eth9' does not exist; those here: eth0, eth1");
  EXPECT_THAT(inventory_.exports().at({1, 3})->interfaces, ElementsAre("eth1"));

  server.exports = {wanted(2, {"eth9"})};
  EXPECT_THAT(served_of(server, {}, messages), ElementsAre("e1.0", "e1.3")) << "nothing of it can be served";
  EXPECT_EQ(messages.size(), 1u);
}

TEST_F(Rollout, LeavesOutWhatHasAStateThatCannotBeRead) {
  states_.unreadable[{1, 1}] = "the state of e1.1 is damaged";
  EXPECT_THAT(apply({wanted(0), wanted(1)}), IsEmpty()) << "the configuration is in order";
  EXPECT_THAT(served(), ElementsAre("e1.0"));
  ASSERT_EQ(inventory_.left_out().size(), 1u);
  EXPECT_EQ(inventory_.left_out()[0].message, "the state of e1.1 is damaged");

  EXPECT_THAT(apply({wanted(1)}), ElementsAre("the state of e1.1 is damaged")) << "nothing could be served";
  EXPECT_THAT(served(), ElementsAre("e1.0"));

  states_.unreadable.clear();
  EXPECT_THAT(apply({wanted(0), wanted(1)}), IsEmpty());
  EXPECT_THAT(served(), ElementsAre("e1.0", "e1.1"));
  EXPECT_THAT(inventory_.left_out(), IsEmpty());
}

TEST_F(Rollout, GivesANewExportWhatWasKeptOfIt) {
  states_.kept[{1, 0}].mask = {{{2, 0, 0, 0, 0, 9}}};
  apply({wanted(0), wanted(1)});
  EXPECT_EQ(inventory_.exports().at({1, 0})->target.mask.size(), 1u);
  EXPECT_THAT(inventory_.exports().at({1, 1})->target.mask, IsEmpty());
}
