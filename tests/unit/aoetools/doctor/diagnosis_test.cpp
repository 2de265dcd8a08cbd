#include "aoetools/doctor/diagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using Device = kernel::AoeDevice;
using aoetools::Finding;
using aoetools::Symptoms;
using aoetools::TargetFound;
using aoetools::TargetPath;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> told(const Symptoms& symptoms) {
  std::vector<std::string> lines;
  for (const Finding& finding : aoetools::diagnose(symptoms)) {
    lines.push_back(std::string(level_text(finding.level)) + ": " + finding.what +
                    (finding.remedy.empty() ? "" : " | " + finding.remedy));
  }
  return lines;
}

net::Interface interface(std::string name, bool up = true) {
  net::Interface interface;
  interface.name = std::move(name);
  interface.mtu = 9000;
  interface.enabled = interface.up = up;
  interface.ethernet = true;
  return interface;
}

TargetPath path(std::string interface, unsigned carried) {
  TargetPath path;
  path.interface = std::move(interface);
  path.mtu = 9000;
  path.mac = {{2, 0, 0, 0, 0, 1}};
  path.sectors = 17;
  path.carried = carried;
  path.identity.emplace().sectors = 2048;
  return path;
}

// eth1 is up, e1.0 answers there and is up.
Symptoms healthy() {
  Symptoms symptoms;
  symptoms.driver_version = "85";
  symptoms.etherd = "/dev/etherd";
  symptoms.interfaces = {interface("lo"), interface("eth1")};
  symptoms.scanned = true;
  symptoms.scanned_on = "eth1";
  symptoms.targets = {{{1, 0}, {path("eth1", 17)}}};
  kernel::AoeDevice device;
  device.name = "e1.0";
  device.address = {1, 0};
  device.state = "up";
  device.sectors = 2048;
  symptoms.devices.emplace_back().device = device;
  symptoms.devices.back().partitions = {"e1.0p1"};
  return symptoms;
}

TEST(Diagnosis, WhereAllIsWellNothingElseIsSaid) {
  EXPECT_THAT(told(healthy()), testing::ElementsAre("ok: the aoe driver 85 is loaded",
                                                    "ok: interfaces that may carry disks: eth1 (MTU 9000)",
                                                    "ok: e1.0 answers on eth1", "ok: e1.0 is up"));
}

TEST(Diagnosis, AnInterfaceThatIsDownOrHasNoLink) {
  Symptoms symptoms = healthy();
  symptoms.interfaces[1] = interface("eth1", false);
  EXPECT_THAT(told(symptoms), Contains("fault: eth1 is down | ip link set eth1 up; no address is needed"));
  // With another that is up, and no list that names it, that may well be meant.
  symptoms.interfaces.push_back(interface("eth2"));
  EXPECT_THAT(told(symptoms), Each(Not(HasSubstr("eth1 is down"))));
  symptoms.interface_list = "eth1,eth2";
  EXPECT_THAT(told(symptoms), Contains(HasSubstr("fault: eth1 is down")));
  symptoms.interfaces[1].enabled = true;
  EXPECT_THAT(told(symptoms),
              Contains("fault: eth1 is up but has no link | look at the cable and at the switch"));
}

TEST(Diagnosis, ATargetThatTheDriverCannotReach) {
  Symptoms symptoms = healthy();
  symptoms.devices.clear();
  EXPECT_THAT(
      told(symptoms),
      Contains("fault: e1.0 answers on eth1, but the driver has no such device | aoe discover; should that "
               "not help, look at what the kernel says: dmesg | grep aoe"));
  symptoms.interface_list = "eth2 eth3";
  EXPECT_THAT(told(symptoms),
              Contains("fault: e1.0 answers on eth1, but the driver may use only eth2, eth3 | "
                       "aoe interfaces eth2 eth3 eth1"));
}

TEST(Diagnosis, FramesThatGetLostAndFramesThatCouldBeLarger) {
  Symptoms symptoms = healthy();
  symptoms.targets[0].paths[0].carried = 2;
  EXPECT_THAT(
      told(symptoms),
      Contains("fault: frames of 17 sectors to e1.0 get lost on eth1, with 2 they get through | a switch or "
               "the server has a smaller MTU than the 9000 of eth1: make them equal"));
  symptoms.targets[0].paths[0].mtu = 1500;
  EXPECT_THAT(
      told(symptoms),
      Contains("note: e1.0 takes 17 sectors in a frame, but the MTU of eth1 allows only 2 | if switch "
               "and server allow it: ip link set eth1 mtu 9000"));
}

TEST(Diagnosis, AServerWithASmallerMtu) {
  Symptoms symptoms = healthy();
  TargetPath& path = symptoms.targets[0].paths[0];
  path.sectors = 2;
  path.carried = 2;
  EXPECT_THAT(told(symptoms),
              Contains("note: e1.0 takes 2 sectors in a frame, though the MTU 9000 of eth1 allows 17 | its "
                       "server's interface has a smaller MTU: raise it there, too, if the switch allows it"));
  path.sectors = 16;  // by its own choice
  path.carried = 16;
  EXPECT_THAT(told(symptoms), Each(Not(HasSubstr("though the MTU"))));
}

TEST(Diagnosis, ATargetThatAnswersNoReadOrRefusesIt) {
  Symptoms symptoms = healthy();
  TargetPath& path = symptoms.targets[0].paths[0];
  path.carried = 0;
  EXPECT_THAT(told(symptoms),
              Contains("fault: e1.0 identifies itself on eth1, but answers no read | its disk may "
                       "hang: see its server's log"));
  path.carried.reset();
  path.refusal = "target is reserved";
  EXPECT_THAT(
      told(symptoms),
      Contains("fault: e1.0 refuses to be read on eth1: target is reserved | 'aoe reserve e1.0' says whether "
               "another machine holds it; see also its server's log"));
}

TEST(Diagnosis, ADeviceThatIsUpButSilent) {
  Symptoms symptoms = healthy();
  symptoms.targets.clear();
  symptoms.devices[0].device.interfaces = "eth0,eth1";
  symptoms.devices[0].partitions.clear();
  const auto silent = Contains(
      "fault: the driver reports e1.0 as up, but its target does not answer on eth1 | check its server, the "
      "cable, and whether its mask still allows this machine; users of the disk wait until the driver "
      "gives it up after aoe_deadsecs");
  EXPECT_THAT(told(symptoms), silent);
  EXPECT_FALSE(worth_reading(symptoms, symptoms.devices[0]));
  // Where nobody listened nothing is known.
  symptoms.devices[0].device.interfaces = "eth0";
  EXPECT_THAT(told(symptoms), Not(silent));
  EXPECT_TRUE(worth_reading(symptoms, symptoms.devices[0]));
  symptoms.devices[0].hangs = true;
  EXPECT_THAT(told(symptoms),
              Contains("fault: e1.0 is up, but reading it hangs | its server's disk may hang, or its "
                       "frames get lost: see the server's log, and 'aoe top'"));
}

TEST(Diagnosis, ADiskIsReadOnlyWhereThatTellsSomething) {
  Symptoms symptoms = healthy();
  aoetools::DeviceSymptoms& device = symptoms.devices[0];
  EXPECT_FALSE(worth_reading(symptoms, device)) << "it has partitions";
  device.partitions.clear();
  EXPECT_TRUE(worth_reading(symptoms, device));
  device.node = aoetools::DeviceSymptoms::Node::missing;
  EXPECT_FALSE(worth_reading(symptoms, device));
  device.node = aoetools::DeviceSymptoms::Node::right;
  device.device.state = "down";
  EXPECT_FALSE(worth_reading(symptoms, device));
}

TEST(Diagnosis, TwoHostsWithOneAddress) {
  Symptoms symptoms = healthy();
  symptoms.targets[0].paths[0].answers_twice = true;
  EXPECT_THAT(
      told(symptoms),
      Contains("fault: e1.0 is served by two hosts: 02:00:00:00:00:01 on eth1 answers twice | stop one at "
               "once, or give it another address: writes over both destroy the data"));
}

TEST(Diagnosis, ADeviceThatIsDownThoughItsTargetAnswers) {
  Symptoms symptoms = healthy();
  symptoms.devices[0].device.state = "down";
  EXPECT_THAT(told(symptoms),
              Contains("fault: e1.0 is down, though its target answers | aoe revalidate e1.0"));
}

TEST(Diagnosis, ANodeWithTheNumberOfAnotherDisk) {
  Symptoms symptoms = healthy();
  symptoms.devices[0].node = aoetools::DeviceSymptoms::Node::wrong_number;
  EXPECT_THAT(
      told(symptoms),
      Contains("fault: /dev/etherd/e1.0 has a wrong device number: it is the node of another disk | rm "
               "/dev/etherd/e1.0, then 'udevadm trigger' or 'aoe mkdevs'"));
}

TEST(Diagnosis, NobodyAnswersOrNotTheOneAskedFor) {
  Symptoms symptoms = healthy();
  symptoms.wanted = {{5, 5}};
  EXPECT_THAT(
      told(symptoms),
      Contains("fault: e5.5 answers on none of eth1 | is it exported there, under this address, and does its "
               "mask allow this machine?"));
  EXPECT_THAT(told(symptoms), Each(Not(HasSubstr("e1.0"))));
  symptoms.targets.clear();
  symptoms.wanted.clear();
  EXPECT_THAT(
      told(symptoms),
      Contains("fault: no target answers on eth1 | is the server up and on the same switch or VLAN (AoE is "
               "not routed), and does its mask allow this machine?"));
}

}  // namespace
