#include "config/client_config.h"

#include "tests/unit/config/yaml_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using std::chrono::milliseconds;

// Everything that is wrong with `text`, as a person sees it; "" when it loads.
std::string faults(std::string_view text) {
  const tests::YamlFile file(text);
  const auto client = config::load_client(file.path());
  return client ? "" : file.report(client.error());
}

config::Client load(std::string_view text) {
  const tests::YamlFile file(text);
  const auto client = config::load_client(file.path());
  if (client) return *client;
  ADD_FAILURE() << file.report(client.error());
  return {};
}

// One mount with `line` added to its keys, in line 5.
std::string with_line(std::string_view line) {
  return fmt::format("mounts:\n  - shelf: 1\n    slot: 0\n    mountpoint: /mnt\n    {}\n", line);
}

}  // namespace

TEST(ClientConfig, EveryKeyArrivesWhereItBelongs) {
  const auto client = load(R"(interfaces: [eth1]
wait: 5s
mounts:
  - shelf: 1
    slot: 0
    partition: 1
    mountpoint: /mnt/data
    type: ext4
    options: [noatime, "data=journal"]
    fsck: false
  - uuid: 66dd3154-349a-4a42-9b8a-b544cfef862f
    mountpoint: /home/
    required: no
    wait: 2m
  - label: photos
    mountpoint: /mnt/photos
)");
  ASSERT_EQ(client.interfaces.size(), 1u);
  EXPECT_EQ(client.interfaces[0].name, "eth1");
  ASSERT_EQ(client.mounts.size(), 3u);
  const auto& data = client.mounts[0];
  const auto* device = std::get_if<config::AoeDevice>(&data.source);
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->address, (aoe::Address{1, 0}));
  EXPECT_EQ(device->partition, 1u);
  EXPECT_EQ(data.mountpoint, "/mnt/data");
  EXPECT_EQ(data.type, "ext4");
  EXPECT_EQ(data.options, (std::vector<std::string>{"noatime", "data=journal"}));
  EXPECT_FALSE(data.fsck);
  EXPECT_TRUE(data.required);
  EXPECT_EQ(data.wait, milliseconds(5000)) << "inherited";
  EXPECT_EQ(data.line, 4);
  EXPECT_EQ(data.column, 5);
  const auto& home = client.mounts[1];
  EXPECT_EQ(std::get<config::FsUuid>(home.source).uuid, "66dd3154-349a-4a42-9b8a-b544cfef862f");
  EXPECT_EQ(home.mountpoint, "/home") << "without the slash at the end";
  EXPECT_EQ(home.type, "");
  EXPECT_TRUE(home.fsck);
  EXPECT_FALSE(home.required);
  EXPECT_EQ(home.wait, milliseconds(120'000));
  EXPECT_EQ(std::get<config::FsLabel>(client.mounts[2].source).label, "photos");
}

TEST(ClientConfig, ADeviceIsAnAddressInOneWordOrAPath) {
  const auto client = load(
      "mounts:\n  - {device: e1.0p1, mountpoint: /a}\n  - {device: e1.2, mountpoint: /b}\n"
      "swap:\n  - {device: /dev/vg/swap}\n  - {device: e7.1}\n");
  const auto& first = std::get<config::AoeDevice>(client.mounts.at(0).source);
  EXPECT_EQ(first.address, (aoe::Address{1, 0}));
  EXPECT_EQ(first.partition, 1u);
  EXPECT_EQ(std::get<config::AoeDevice>(client.mounts.at(1).source).partition, std::nullopt);
  EXPECT_EQ(std::get<config::DevicePath>(client.swaps.at(0).source).path, "/dev/vg/swap");
  EXPECT_EQ(std::get<config::AoeDevice>(client.swaps.at(1).source).address, (aoe::Address{7, 1}));
  EXPECT_EQ(faults("mounts:\n  - {device: sda, mountpoint: /a}\n"),
            "t.yaml:2:14: mounts[0].device: 'sda' is not an AoE device: write e1.0, or e1.0p2 for a "
            "partition; or a "
            "path, as in /dev/vg/home\n    - {device: sda, mountpoint: /a}\n               ^\n");
}

TEST(ClientConfig, HalfAMinuteIsWaitedUnlessAskedOtherwise) {
  EXPECT_EQ(load("mounts: []").wait, milliseconds(30'000));
  EXPECT_EQ(load("wait: 90s\nmounts: []").wait, milliseconds(90'000));
  EXPECT_EQ(load("wait: 90\nmounts: []").wait, milliseconds(90'000));
  EXPECT_EQ(load(with_line("type: xfs")).mounts.at(0).wait, milliseconds(30'000));
}

TEST(ClientConfig, InterfacesAloneAreEnough) {
  EXPECT_TRUE(load("interfaces: [eth1]\n").mounts.empty());
  EXPECT_TRUE(load("interfaces: [eth1]\nmounts: []\n").mounts.empty());
}

TEST(ClientConfig, OutOfRangeNamesValueAndLimit) {
  EXPECT_EQ(faults(with_line("partition: 0")),
            "t.yaml:5:16: mounts[0].partition: 0 is not in 1..15\n      partition: 0\n                 ^\n");
  EXPECT_EQ(faults(with_line("wait: soon")),
            "t.yaml:5:11: mounts[0].wait: 'soon' is not a time: write a number and a unit, as in 250ms, 30s, "
            "5m or 1h\n"
            "      wait: soon\n            ^\n");
  EXPECT_EQ(faults(with_line("wait: 2h")),
            "t.yaml:5:11: mounts[0].wait: 2h is not in 0 ms..60 min\n      wait: 2h\n            ^\n");
  EXPECT_EQ(faults(with_line("wait: [1]")),
            "t.yaml:5:11: mounts[0].wait: expected a time, as in 250ms, 30s or 5m, found a list\n"
            "      wait: [1]\n            ^\n");
}

TEST(ClientConfig, WhatIsMissingIsSaidWithTheRemedy) {
  EXPECT_EQ(faults("mounts:\n  - type: ext4\n"),
            "t.yaml:2:5: mounts[0]: names no device: write shelf and slot, or uuid, label, device, or bind\n"
            "    - type: ext4\n      ^\n"
            "t.yaml:2:5: mounts[0]: has no mountpoint: write 'mountpoint: /mnt/data'\n"
            "    - type: ext4\n      ^\n");
  EXPECT_EQ(faults("mounts:\n  - slot: 1\n    mountpoint: /a\n"),
            "t.yaml:2:5: mounts[0]: has no shelf: write 'shelf: 1' here, or at the top of the file for every "
            "item\n"
            "    - slot: 1\n      ^\n");
  EXPECT_EQ(faults("mounts:\n  - uuid: x\n    partition: 1\n    mountpoint: /a\n"),
            "t.yaml:3:16: mounts[0].partition: needs a slot: a uuid or label already names the partition\n"
            "      partition: 1\n                 ^\n");
  EXPECT_EQ(faults(with_line("label: x")),
            "t.yaml:2:5: mounts[0]: names its device twice: write slot, uuid, label, device or bind, only "
            "one of them\n"
            "    - shelf: 1\n      ^\n");
  for (const char* text : {"", "# only words\n"}) {
    EXPECT_EQ(faults(text), "t.yaml: is empty: it needs interfaces and mounts, as aoe-mount.yaml(5) shows\n");
  }
}

TEST(ClientConfig, TextsThatCannotBeWhatTheyStandFor) {
  EXPECT_EQ(faults("interfaces: ['eth*']\n"),
            "t.yaml:1:14: interfaces[0]: 'eth*' is a pattern: write the names of the interfaces\n"
            "  interfaces: ['eth*']\n               ^\n");
  EXPECT_EQ(
      faults("interfaces: [abcdefghijklmnop]\n"),
      "t.yaml:1:14: interfaces[0]: 'abcdefghijklmnop' has 16 characters: an interface's name has 15 at most\n"
      "  interfaces: [abcdefghijklmnop]\n               ^\n");
  EXPECT_EQ(faults("mounts:\n  - {label: a/b, mountpoint: data}\n"),
            "t.yaml:2:13: mounts[0].label: 'a/b' is not a name: it is too long or holds a /\n"
            "    - {label: a/b, mountpoint: data}\n              ^\n"
            "t.yaml:2:30: mounts[0].mountpoint: 'data' is not an absolute path: write it from / on\n"
            "    - {label: a/b, mountpoint: data}\n                               ^\n");
  EXPECT_EQ(faults(with_line("options: [noatime ro]")),
            "t.yaml:5:15: mounts[0].options[0]: 'noatime ro' holds a blank: write one option an item, as in "
            "[noatime, "
            "ro]\n      options: [noatime ro]\n                ^\n");
}

TEST(ClientConfig, TwoMountsOnOnePlaceAreBothNamed) {
  EXPECT_EQ(faults("mounts:\n  - {label: a, mountpoint: /x}\n  - {label: b, mountpoint: /x/}\n"),
            "t.yaml:3:28: mounts[1].mountpoint: /x is already used by mounts[0] in line 2\n"
            "    - {label: b, mountpoint: /x/}\n                             ^\n");
}

TEST(ClientConfig, UnknownKeysAreAnsweredWithTheKnownOnes) {
  EXPECT_EQ(faults(with_line("mount-point: /x")),
            "t.yaml:5:5: mounts[0].mount-point: unknown key: did you mean 'mountpoint'?\n"
            "      mount-point: /x\n      ^\n");
  EXPECT_EQ(
      faults("exports: []\n"),
      "t.yaml:1:1: exports: unknown key: known here are interfaces, mounts, swap, arrays, volume-groups, "
      "encrypted, fstab, driver, down, hooks, shelf, wait, required, type, options, fsck\n  exports: []\n  "
      "^\n");
}

TEST(ClientConfig, EverythingThatStandsOnAoeHasItsKeys) {
  const auto client = load(R"(interfaces:
  - eth1
  - {name: eth2, mtu: 9000}
driver: {deadsecs: 30, maxout: 64}
shelf: 1
arrays:
  - /dev/md/any
  - {path: /dev/md/aoe, members: [e1.0, e2.0p3], degraded: true, wait: 5s}
volume-groups: [vg-aoe, {name: other, required: false}]
encrypted:
  - {slot: 4, name: secret, key-file: /etc/keys/secret}
swap:
  - {slot: 5, priority: 7}
mounts:
  - {device: /dev/vg-aoe/home, mountpoint: /home, type: auto}
  - {bind: /home/www/, mountpoint: /srv/www}
fstab: false
down: {busy: lazy, busy-wait: 1s, target-wait: 4s}
hooks: {before-up: a, after-up: b, before-down: c, after-down: d}
)");
  ASSERT_EQ(client.interfaces.size(), 2u);
  EXPECT_EQ(client.interfaces[0].mtu, std::nullopt);
  EXPECT_EQ(client.interfaces[1].name, "eth2");
  EXPECT_EQ(client.interfaces[1].mtu, 9000u);
  EXPECT_EQ(client.driver.deadsecs, 30u);
  EXPECT_EQ(client.driver.maxout, 64u);
  ASSERT_EQ(client.arrays.size(), 2u);
  EXPECT_EQ(client.arrays[0].path, "/dev/md/any");
  EXPECT_TRUE(client.arrays[0].members.empty());
  ASSERT_EQ(client.arrays[1].members.size(), 2u);
  EXPECT_EQ(client.arrays[1].members[1].address, (aoe::Address{2, 0}));
  EXPECT_EQ(client.arrays[1].members[1].partition, 3u);
  EXPECT_TRUE(client.arrays[1].degraded);
  EXPECT_EQ(client.arrays[1].wait, milliseconds(5000));
  ASSERT_EQ(client.volume_groups.size(), 2u);
  EXPECT_EQ(client.volume_groups[0].name, "vg-aoe");
  EXPECT_FALSE(client.volume_groups[1].required);
  ASSERT_EQ(client.encrypted.size(), 1u);
  EXPECT_EQ(client.encrypted[0].name, "secret");
  EXPECT_EQ(client.encrypted[0].key_file, "/etc/keys/secret");
  EXPECT_EQ(std::get<config::AoeDevice>(client.encrypted[0].source).address, (aoe::Address{1, 4}));
  ASSERT_EQ(client.swaps.size(), 1u);
  EXPECT_EQ(client.swaps[0].priority, 7u);
  ASSERT_EQ(client.mounts.size(), 2u);
  EXPECT_EQ(std::get<config::DevicePath>(client.mounts[0].source).path, "/dev/vg-aoe/home");
  EXPECT_EQ(client.mounts[0].type, "") << "auto is as probed";
  EXPECT_EQ(std::get<config::BindOf>(client.mounts[1].source).directory, "/home/www");
  EXPECT_FALSE(client.fstab);
  EXPECT_EQ(client.down.on_busy, config::OnBusy::lazy);
  EXPECT_EQ(client.down.busy_wait, milliseconds(1000));
  EXPECT_EQ(client.down.target_wait, milliseconds(4000));
  EXPECT_EQ(client.hooks.before_up, "a");
  EXPECT_EQ(client.hooks.after_down, "d");
}

TEST(ClientConfig, WhatIsWrongWithStacksIsSaidInTheirWords) {
  EXPECT_EQ(
      faults("arrays:\n  - {path: /dev/md/a, members: [e1.0p99, sda]}\n"),
      "t.yaml:2:33: arrays[0].members[0]: 'e1.0p99' is not an AoE device: its partition is not in 1..15\n"
      "    - {path: /dev/md/a, members: [e1.0p99, sda]}\n                                  ^\n"
      "t.yaml:2:42: arrays[0].members[1]: 'sda' is not an AoE device: write e1.0, or e1.0p2 for a partition\n"
      "    - {path: /dev/md/a, members: [e1.0p99, sda]}\n                                           ^\n");
  EXPECT_EQ(
      faults("arrays:\n  - {members: [e1.0]}\n"),
      "t.yaml:2:5: arrays[0]: has no path: write 'path: /dev/md/NAME'\n    - {members: [e1.0]}\n      ^\n");
  EXPECT_EQ(
      faults("volume-groups:\n  - {wait: 1s}\n"),
      "t.yaml:2:5: volume-groups[0]: has no name: write 'name: VOLUME-GROUP'\n    - {wait: 1s}\n      ^\n");
  EXPECT_EQ(faults("encrypted:\n  - {label: x}\n"),
            "t.yaml:2:5: encrypted[0]: has no name: write 'name: secret' for /dev/mapper/secret\n"
            "    - {label: x}\n      ^\n"
            "t.yaml:2:5: encrypted[0]: has no key-file: no one can type a passphrase at boot\n"
            "    - {label: x}\n      ^\n");
  EXPECT_EQ(faults("swap:\n  - {priority: 1}\n"),
            "t.yaml:2:5: swap[0]: names no device: write shelf and slot, or uuid, label, device\n"
            "    - {priority: 1}\n      ^\n");
  EXPECT_EQ(faults("interfaces:\n  - {mtu: 100}\n"),
            "t.yaml:2:5: interfaces[0]: has no name: write 'name: eth1'\n    - {mtu: 100}\n      ^\n"
            "t.yaml:2:11: interfaces[0].mtu: 100 is not in 576..65535\n    - {mtu: 100}\n            ^\n");
  EXPECT_EQ(
      faults("down: {busy: kill}\n"),
      "t.yaml:1:14: down.busy: 'kill' is not one of fail, lazy\n  down: {busy: kill}\n               ^\n");
}
