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
  EXPECT_EQ(client.interfaces, std::vector<std::string>{"eth1"});
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

TEST(ClientConfig, HalfAMinuteIsWaitedUnlessAskedOtherwise) {
  EXPECT_EQ(load(with_line("type: xfs")).mounts.at(0).wait, milliseconds(30'000));
}

TEST(ClientConfig, InterfacesAloneAreEnough) {
  EXPECT_TRUE(load("interfaces: [eth1]\n").mounts.empty());
  EXPECT_TRUE(load("interfaces: [eth1]\nmounts: []\n").mounts.empty());
}

TEST(ClientConfig, OutOfRangeNamesValueAndLimit) {
  EXPECT_EQ(faults(with_line("partition: 0")),
            "t.yaml:5:16: mounts[0].partition: 0 is not in 1..15\n      partition: 0\n                 ^\n");
  EXPECT_EQ(faults(with_line("wait: 30")),
            "t.yaml:5:11: mounts[0].wait: '30' is not a time: write a number and a unit, as in 250ms, 30s, "
            "5m or 1h\n"
            "      wait: 30\n            ^\n");
  EXPECT_EQ(faults(with_line("wait: 2h")),
            "t.yaml:5:11: mounts[0].wait: 2h is not in 0 ms..60 min\n      wait: 2h\n            ^\n");
  EXPECT_EQ(faults(with_line("wait: [1]")),
            "t.yaml:5:11: mounts[0].wait: a list stands where a time, as in 250ms, 30s or 5m is needed\n"
            "      wait: [1]\n            ^\n");
}

TEST(ClientConfig, WhatIsMissingIsSaidWithTheRemedy) {
  EXPECT_EQ(faults("mounts:\n  - type: ext4\n"),
            "t.yaml:2:5: mounts[0]: names no device: write shelf and slot, or uuid, or label\n"
            "    - type: ext4\n      ^\n"
            "t.yaml:2:5: mounts[0]: has no mountpoint: write 'mountpoint: /mnt/data'\n"
            "    - type: ext4\n      ^\n");
  EXPECT_EQ(faults("mounts:\n  - slot: 1\n    mountpoint: /a\n"),
            "t.yaml:2:5: mounts[0]: has no shelf: write 'shelf: 1' here, or at the top of the file for every "
            "mount\n"
            "    - slot: 1\n      ^\n");
  EXPECT_EQ(
      faults("mounts:\n  - uuid: x\n    partition: 1\n    mountpoint: /a\n"),
      "t.yaml:3:16: mounts[0].partition: stands without slot: a uuid or label names the partition itself\n"
      "      partition: 1\n                 ^\n");
  EXPECT_EQ(faults(with_line("label: x")),
            "t.yaml:2:5: mounts[0]: names its device twice: write slot, uuid or label, just one of them\n"
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
            "t.yaml:3:28: mounts[1].mountpoint: /x is taken already, by mounts[0] in line 2\n"
            "    - {label: b, mountpoint: /x/}\n                             ^\n");
}

TEST(ClientConfig, UnknownKeysAreAnsweredWithTheKnownOnes) {
  EXPECT_EQ(faults(with_line("mount-point: /x")),
            "t.yaml:5:5: mounts[0].mount-point: unknown key: did you mean 'mountpoint'?\n"
            "      mount-point: /x\n      ^\n");
  EXPECT_EQ(faults("exports: []\n"),
            "t.yaml:1:1: exports: unknown key: known here are interfaces, shelf, wait, type, options, fsck, "
            "required, "
            "mounts\n  exports: []\n  ^\n");
}
