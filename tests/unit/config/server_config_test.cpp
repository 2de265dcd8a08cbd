#include "config/server_config.h"

#include "tests/unit/config/yaml_file.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

// Everything that is wrong with `text`, as a person sees it; "" when it loads.
std::string faults(std::string_view text) {
  const tests::YamlFile file(text);
  const auto server = config::load_server(file.path());
  return server ? "" : file.report(server.error());
}

config::Server load(std::string_view text) {
  const tests::YamlFile file(text);
  const auto server = config::load_server(file.path());
  if (server) return *server;
  ADD_FAILURE() << file.report(server.error());
  return {};
}

// One export with `line` added to its keys, in line 6.
std::string with_line(std::string_view line) {
  return fmt::format("shelf: 1\ninterfaces: [eth1]\nexports:\n  - slot: 0\n    path: /srv/a.img\n    {}\n",
                     line);
}

constexpr std::string_view kFull = R"(shelf: 1              # this server's shelf
interfaces: [eth1]    # names or globs
buffers: 32
exports:
  - slot: 0
    path: /dev/sda2
  - slot: 1
    path: /srv/aoe//web.img
    read-only: true
    interfaces: [eth2, "veth*"]
    allow: ["00:80:c8:ca:ff:65"]
    sync: none
    direct: yes
    force: true
    offset: 1MiB
    length: 10GiB
    buffers: 8
    limit: {requests: 2000, bytes: 50MiB, client: {requests: 500, bytes: 10MiB}}
    serial: WEB-1
    model: A web server's disk
  - shelf: 7
    slot: 1
    uuid: 66dd3154-349a-4a42-9b8a-b544cfef862f
    allow:
      read: 00:80:c8:ca:ff:65
      write: ["00:80:c8:ca:ff:65", 00:80:c8:ca:ff:66]
    remote-configuration: false
)";

}  // namespace

TEST(ServerConfig, EveryKeyArrivesWhereItBelongs) {
  const auto server = load(kFull);
  ASSERT_EQ(server.exports.size(), 3u);
  const auto& disk = server.exports[0];
  EXPECT_EQ(disk.address, (aoe::Address{1, 0}));
  EXPECT_EQ(disk.path, "/dev/sda2");
  EXPECT_EQ(disk.interfaces, std::vector<std::string>{"eth1"});
  EXPECT_FALSE(disk.read_only);
  EXPECT_FALSE(disk.direct);
  EXPECT_FALSE(disk.force);
  EXPECT_EQ(disk.sync, config::Sync::write) << "durable unless asked otherwise";
  EXPECT_EQ(disk.offset, 0u);
  EXPECT_EQ(disk.length, std::nullopt);
  EXPECT_EQ(disk.buffers, 32) << "inherited";
  EXPECT_TRUE(disk.access.read.are_everybody());
  EXPECT_TRUE(disk.access.remote_configuration);
  EXPECT_EQ(disk.path_place.line, 6);
  EXPECT_EQ(disk.path_place.column, 11);
  EXPECT_EQ(disk.interfaces_place.line, 2) << "inherited";

  const auto& web = server.exports[1];
  EXPECT_EQ(web.path, "/srv/aoe/web.img");
  EXPECT_EQ(web.interfaces, (std::vector<std::string>{"eth2", "veth*"})) << "overrides";
  EXPECT_TRUE(web.read_only);
  EXPECT_TRUE(web.direct);
  EXPECT_TRUE(web.force);
  EXPECT_EQ(web.sync, config::Sync::none);
  EXPECT_EQ(web.offset, 1u << 20);
  EXPECT_EQ(web.length, 10ULL << 30);
  EXPECT_EQ(web.buffers, 8);
  EXPECT_EQ(web.serial, "WEB-1");
  EXPECT_EQ(web.model, "A web server's disk");
  for (const auto* list : {&web.access.read, &web.access.write, &web.access.configure}) {
    ASSERT_EQ(list->members().size(), 1u);
    EXPECT_EQ(list->members().front().text(), "00:80:c8:ca:ff:65");
  }

  const auto& other = server.exports[2];
  EXPECT_EQ(other.address, (aoe::Address{7, 1}));
  EXPECT_EQ(other.path, "/dev/disk/by-uuid/66dd3154-349a-4a42-9b8a-b544cfef862f");
  EXPECT_EQ(other.access.read.members().size(), 1u);
  EXPECT_EQ(other.access.write.members().size(), 2u);
  EXPECT_TRUE(other.access.configure.are_everybody()) << "not named: everybody";
  EXPECT_FALSE(other.access.remote_configuration);
  EXPECT_FALSE(disk.limit.is_set() || disk.client_limit.is_set());
  EXPECT_EQ(server.exports[1].limit, (config::Limit{2000, 50 << 20}));
  EXPECT_EQ(server.exports[1].client_limit, (config::Limit{500, 10 << 20}));
}

TEST(ServerConfig, DefaultsMayStandBelowTheExports) {
  const auto server =
      load("exports: [{slot: 3, path: /a}]\ninterfaces: eth0\nshelf: 65534\nread-only: true\n");
  ASSERT_EQ(server.exports.size(), 1u);
  EXPECT_EQ(server.exports[0].address, (aoe::Address{65534, 3}));
  EXPECT_TRUE(server.exports[0].read_only);
}

TEST(ServerConfig, ALeadingZeroIsNotOctal) {
  EXPECT_EQ(load("{shelf: 010, interfaces: e, exports: [{slot: 0, path: /a}]}").exports.at(0).address.shelf,
            10);
}

TEST(ServerConfig, OutOfRangeNamesValueAndLimit) {
  EXPECT_EQ(faults("shelf: 1\ninterfaces: [eth1]\nexports:\n  - slot: 300\n    path: /a\n"),
            "t.yaml:4:11: exports[0].slot: 300 is not in 0..254\n"
            "    - slot: 300\n"
            "            ^\n");
  EXPECT_EQ(faults(with_line("buffers: 1")),
            "t.yaml:6:14: exports[0].buffers: 1 is not in 2..65535\n      buffers: 1\n               ^\n");
  EXPECT_EQ(faults(with_line("shelf: 65535")),
            "t.yaml:6:12: exports[0].shelf: 65535 is not in 0..65534\n      shelf: 65535\n             ^\n");
  EXPECT_EQ(faults(with_line("shelf: -1")),
            "t.yaml:6:12: exports[0].shelf: -1 is not in 0..65534\n      shelf: -1\n             ^\n");
  EXPECT_EQ(faults(with_line("shelf: 99999999999999999999")),
            "t.yaml:6:12: exports[0].shelf: 99999999999999999999 is not in 0..65534\n"
            "      shelf: 99999999999999999999\n             ^\n");
}

TEST(ServerConfig, WrongKindsSayWhatIsNeeded) {
  EXPECT_EQ(
      faults(with_line("shelf: one")),
      "t.yaml:6:12: exports[0].shelf: 'one' is not a number in 0..65534\n      shelf: one\n             ^\n");
  EXPECT_EQ(faults(with_line("shelf: \"1\"")),
            "t.yaml:6:12: exports[0].shelf: '1' is not a number in 0..65534: leave the quotes out\n"
            "      shelf: \"1\"\n             ^\n");
  EXPECT_EQ(faults(with_line("shelf: [1]")),
            "t.yaml:6:12: exports[0].shelf: expected a number in 0..65534, found a list\n"
            "      shelf: [1]\n             ^\n");
  EXPECT_EQ(faults(with_line("shelf:")),
            "t.yaml:6:5: exports[0].shelf: has no value: expected a number in 0..65534\n"
            "      shelf:\n      ^\n");
  EXPECT_EQ(faults(with_line("read-only: maybe")),
            "t.yaml:6:16: exports[0].read-only: 'maybe' is neither true nor false\n"
            "      read-only: maybe\n                 ^\n");
  EXPECT_EQ(faults(with_line("read-only: 'true'")),
            "t.yaml:6:16: exports[0].read-only: 'true' is neither true nor false: leave the quotes out\n"
            "      read-only: 'true'\n                 ^\n");
  EXPECT_EQ(faults(with_line("sync: flsh")),
            "t.yaml:6:11: exports[0].sync: 'flsh' is not one of write, flush, none: did you mean 'flush'?\n"
            "      sync: flsh\n            ^\n");
  EXPECT_EQ(faults(with_line("serial: {a: b}")),
            "t.yaml:6:13: exports[0].serial: expected text, found key: value\n"
            "      serial: {a: b}\n              ^\n");
  EXPECT_EQ(faults("shelf: 1\ninterfaces: [eth1]\nexports: 5\n"),
            "t.yaml:3:10: exports: expected a list ('- ...'), found '5'\n  exports: 5\n           ^\n");
  EXPECT_EQ(faults("shelf: 1\ninterfaces: [eth1]\nexports: [7]\n"),
            "t.yaml:3:11: exports[0]: expected key: value, found '7'\n  exports: [7]\n            ^\n");
  EXPECT_EQ(faults("- a\n- b\n"), "t.yaml:1:1: expected key: value, found a list\n  - a\n  ^\n");
  EXPECT_EQ(faults("hello\n"), "t.yaml:1:1: expected key: value, found 'hello'\n  hello\n  ^\n");
}

TEST(ServerConfig, SizesCarryUnitsAndCountSectors) {
  EXPECT_EQ(faults(with_line("offset: 1x")),
            "t.yaml:6:13: exports[0].offset: '1x' is not a size: write a number and a unit, as in 512B, "
            "64KiB, 1MiB, "
            "1.5GiB or 2TB\n      offset: 1x\n              ^\n");
  EXPECT_EQ(faults(with_line("length: 1000B")),
            "t.yaml:6:13: exports[0].length: 1000B is 1000 bytes, not a multiple of 512\n"
            "      length: 1000B\n              ^\n");
  EXPECT_EQ(faults(with_line("length: 0")),
            "t.yaml:6:13: exports[0].length: 0 is less than 512 bytes\n      length: 0\n              ^\n");
}

TEST(ServerConfig, UnknownKeysAreAnsweredWithTheKnownOnes) {
  EXPECT_EQ(faults(with_line("read_only: true")),
            "t.yaml:6:5: exports[0].read_only: unknown key: did you mean 'read-only'?\n"
            "      read_only: true\n      ^\n");
  EXPECT_EQ(faults("shelf: 1\ninterfaces: [eth1]\nexport: []\n"),
            "t.yaml: exports: is missing: without it there is nothing to serve\n"
            "t.yaml:3:1: export: unknown key: did you mean 'exports'?\n  export: []\n  ^\n");
  EXPECT_EQ(faults(with_line("colour: red")),
            "t.yaml:6:5: exports[0].colour: unknown key: known here are slot, path, uuid, offset, length, "
            "force, serial, shelf, "
            "interfaces, read-only, direct, sync, buffers, allow, limit, remote-configuration, model\n"
            "      colour: red\n      ^\n");
}

TEST(ServerConfig, AKeyThatStandsTwiceIsNotSilentlyTheLastOne) {
  EXPECT_EQ(faults(with_line("path: /b")),
            "t.yaml:6:5: exports[0].path: duplicate key: first in line 5\n      path: /b\n      ^\n");
}

TEST(ServerConfig, WhatIsMissingIsSaidWithTheRemedyAndOnlyOnce) {
  EXPECT_EQ(
      faults("exports:\n  - slot: 0\n    path: /a\n  - slot: 1\n    path: /b\n"),
      "t.yaml:2:5: exports[0]: has no shelf: write 'shelf: 1' at the top of the file, for every export\n"
      "    - slot: 0\n      ^\n"
      "t.yaml:2:5: exports[0]: has no interfaces: write 'interfaces: [eth1]' at the top of the file, for "
      "every "
      "export\n    - slot: 0\n      ^\n");
  EXPECT_EQ(faults("shelf: 1\ninterfaces: [eth1]\nexports:\n  - sync: write\n"),
            "t.yaml:4:5: exports[0]: has no slot: write 'slot: N', N in 0..254\n    - sync: write\n      ^\n"
            "t.yaml:4:5: exports[0]: has no path: write 'path: /dev/...' or the path of a file\n"
            "    - sync: write\n      ^\n");
  EXPECT_EQ(faults("shelf: 1\ninterfaces: []\nexports:\n  - slot: 0\n    path: /a\n"),
            "t.yaml:2:13: exports[0].interfaces: is empty: name at least one interface, as in [eth1]\n"
            "  interfaces: []\n              ^\n");
  EXPECT_EQ(faults("shelf: 1\ninterfaces: [eth1]\nexports: []\n"),
            "t.yaml:3:10: exports: is empty: there is nothing to serve\n  exports: []\n           ^\n");
  EXPECT_EQ(faults("shelf: 1\ninterfaces: [eth1]\n"),
            "t.yaml: exports: is missing: without it there is nothing to serve\n");
  EXPECT_EQ(faults(with_line("uuid: x")),
            "t.yaml:6:11: exports[0].uuid: conflicts with path: write only one of them\n      uuid: x\n      "
            "      ^\n");
}

TEST(ServerConfig, ABadDefaultIsToldOnceAndNotPerExport) {
  EXPECT_EQ(faults("shelf: 70000\ninterfaces: [eth1]\nexports:\n  - slot: 0\n    path: /a\n  - slot: 1\n    "
                   "path: /b\n"),
            "t.yaml:1:8: shelf: 70000 is not in 0..65534\n  shelf: 70000\n         ^\n");
}

TEST(ServerConfig, NamesOfEthersStandForAddresses) {
  const tests::YamlFile ethers("00:80:c8:ca:ff:65 web\n");
  const tests::YamlFile file(with_line("allow: {write: [web, 00:80:c8:ca:ff:66]}"));
  const auto server = config::load_server(file.path(), ethers.path());
  ASSERT_TRUE(server);
  const auto& writers = server->exports[0].access.write.members();
  ASSERT_EQ(writers.size(), 2u);
  EXPECT_EQ(writers[0].text(), "00:80:c8:ca:ff:65");
}

TEST(ServerConfig, AnEmptyAllowListLetsNobodyInSoItIsRefused) {
  const std::string text =
      "is empty, so no host could use the export: name the hosts, or remove the key to allow all\n";
  EXPECT_EQ(faults(with_line("allow: []")),
            "t.yaml:6:12: exports[0].allow: " + text + "      allow: []\n             ^\n");
  EXPECT_EQ(
      faults(with_line("allow: {write: []}")),
      "t.yaml:6:20: exports[0].allow.write: " + text + "      allow: {write: []}\n                     ^\n");
  EXPECT_EQ(faults("allow: []\n" + with_line("read-only: true")),
            "t.yaml:1:8: allow: " + text + "  allow: []\n         ^\n");
  EXPECT_EQ(faults(with_line("allow: {}")),
            "t.yaml:6:12: exports[0].allow: is empty: write read, write or configure, or remove the key\n"
            "      allow: {}\n             ^\n");
}

TEST(ServerConfig, AListForWritingKeepsTheListsOfTheTopLevelForTheRest) {
  const auto server = load("allow: 00:80:c8:ca:ff:65\n" + with_line("allow: {write: 00:80:c8:ca:ff:66}"));
  const auto& access = server.exports.at(0).access;
  ASSERT_EQ(access.read.members().size(), 1u);
  EXPECT_EQ(access.read.members()[0].text(), "00:80:c8:ca:ff:65");
  EXPECT_EQ(access.write.members().at(0).text(), "00:80:c8:ca:ff:66");
  EXPECT_EQ(access.configure, access.read);
}

TEST(ServerConfig, TextsThatCannotBeWhatTheyStandFor) {
  EXPECT_EQ(faults(with_line("interfaces: [eth/1]")),
            "t.yaml:6:18: exports[0].interfaces[0]: 'eth/1' is not the name of a network interface\n"
            "      interfaces: [eth/1]\n                   ^\n");
  EXPECT_EQ(faults("{shelf: 1, interfaces: e, exports: [{slot: 0, path: a.img}]}"),
            "t.yaml:1:53: exports[0].path: 'a.img' is not an absolute path: write it from / on\n"
            "  {shelf: 1, interfaces: e, exports: [{slot: 0, path: a.img}]}\n"
            "                                                      ^\n");
  EXPECT_EQ(
      faults(with_line("allow: [eth0]")),
      "t.yaml:6:13: exports[0].allow[0]: 'eth0' is not a MAC address: write six pairs of hex digits, as in "
      "00:80:c8:ca:ff:65, or a name that /etc/ethers has\n      allow: [eth0]\n              ^\n");
  EXPECT_EQ(faults(with_line("allow: [ff:ff:ff:ff:ff:ff]")),
            "t.yaml:6:13: exports[0].allow[0]: ff:ff:ff:ff:ff:ff is not an address of a host\n"
            "      allow: [ff:ff:ff:ff:ff:ff]\n              ^\n");
  EXPECT_EQ(faults(with_line("allow: {raed: []}")),
            "t.yaml:6:13: exports[0].allow.raed: unknown key: did you mean 'read'?\n"
            "      allow: {raed: []}\n              ^\n");
  EXPECT_EQ(faults(with_line("serial: 123456789012345678901")),
            "t.yaml:6:13: exports[0].serial: '123456789012345678901' has 21 characters: the maximum is 20\n"
            "      serial: 123456789012345678901\n              ^\n");
  EXPECT_EQ(faults(with_line("model: Plattenspeicher \xc3\xa4")),
            "t.yaml:6:12: exports[0].model: 'Plattenspeicher \xc3\xa4' is not plain ASCII, which is all that "
            "a disk's "
            "identity can hold\n      model: Plattenspeicher \xc3\xa4\n             ^\n");
  EXPECT_EQ(faults(with_line("serial: ''")),
            "t.yaml:6:13: exports[0].serial: is empty\n      serial: ''\n              ^\n");
  EXPECT_EQ(faults(with_line("serial: \"a\\e[31m\"")),
            "t.yaml:6:13: exports[0].serial: 'a\\x1b[31m' holds a control character\n"
            "      serial: \"a\\e[31m\"\n              ^\n")
      << "nothing of a hostile file reaches the terminal as a command";
}

TEST(ServerConfig, TwoExportsWithOneAddressAreBothNamed) {
  EXPECT_EQ(
      faults(
          "shelf: 1\ninterfaces: [eth1]\nexports:\n  - slot: 0\n    path: /a\n  - slot: 0\n    path: /b\n"),
      "t.yaml:6:11: exports[1].slot: e1.0 is already used by exports[0] in line 4\n"
      "    - slot: 0\n            ^\n");
}

TEST(ServerConfig, TwoExportsOfTheSameBytesAreBothNamed) {
  constexpr std::string_view kTop = "shelf: 1\ninterfaces: [eth1]\nexports:\n";
  EXPECT_EQ(faults(std::string(kTop) + "  - {slot: 0, path: /a}\n  - {slot: 1, path: /x/../a}\n"),
            "t.yaml:5:21: exports[1].path: all of /a is already served by exports[0] in line 4\n"
            "    - {slot: 1, path: /x/../a}\n                      ^\n");
  EXPECT_EQ(faults(std::string(kTop) + "  - {slot: 0, path: /a, length: 1MiB}\n"
                                       "  - {slot: 1, path: /a, offset: 1MiB}\n"),
            "")
      << "neighbours do not overlap";
  EXPECT_EQ(faults(std::string(kTop) + "  - {slot: 0, path: /a, offset: 512, length: 1KiB}\n"
                                       "  - {slot: 1, path: /a, length: 1KiB}\n"),
            "t.yaml:5:21: exports[1].path: bytes 512..1023 of /a is already served by exports[0] in line 4\n"
            "    - {slot: 1, path: /a, length: 1KiB}\n                      ^\n");
}

TEST(ServerConfig, PartsThatShareAPageAreBothDirectOrBothNot) {
  const auto both = [](const std::string& first, const std::string& second) {
    return faults("shelf: 1\ninterfaces: [eth1]\nexports:\n  - {slot: 0, path: /a, length: 1049088" + first +
                  "}\n  - {slot: 1, path: /a, offset: 1049088" + second + "}\n");
  };
  EXPECT_THAT(
      both(", direct: true", ""),
      testing::StartsWith(
          "t.yaml:5:33: exports[1].offset: starts in the page in which exports[0] in line 4 ends, and only "
          "one of the two is 'direct'"));
  EXPECT_THAT(both("", ", direct: true"), testing::StartsWith("t.yaml:5:33: exports[1].offset: "));
  EXPECT_EQ(both("", ""), "");
  EXPECT_EQ(both(", direct: true", ", direct: true"), "");
  EXPECT_EQ(both(", direct: true", ", read-only: true"), "") << "nothing is written back";
  EXPECT_EQ(
      faults("shelf: 1\ninterfaces: [eth1]\nexports:\n  - {slot: 0, path: /a, length: 1MiB, direct: true}\n"
             "  - {slot: 1, path: /a, offset: 1MiB}\n"),
      "");
}

TEST(ServerConfig, AllThatIsWrongIsSaidAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(faults("sehlf: 1\nshelf: 1\ninterfaces: [eth1]\nexports:\n  - slot: 255\n    path: /a\n"
                   "  - slot: 1\n    pth: /b\n"),
            "t.yaml:1:1: sehlf: unknown key: did you mean 'shelf'?\n  sehlf: 1\n  ^\n"
            "t.yaml:5:11: exports[0].slot: 255 is not in 0..254\n    - slot: 255\n            ^\n"
            "t.yaml:7:5: exports[1]: has no path: write 'path: /dev/...' or the path of a file\n"
            "    - slot: 1\n      ^\n"
            "t.yaml:8:5: exports[1].pth: unknown key: did you mean 'path'?\n      pth: /b\n      ^\n");
}

TEST(ServerConfig, AnEmptyFileSaysWhatBelongsThere) {
  for (const char* text : {"", "\n\n", "# only words\n", "---\n", "~\n"}) {
    EXPECT_EQ(faults(text),
              "t.yaml: is empty: it needs shelf, interfaces and exports, as vblade.yaml(5) shows\n")
        << text;
  }
}

TEST(ServerConfig, AThousandExportsLoadInNoTime) {
  std::string text = "shelf: 1\ninterfaces: [eth1]\nexports:\n";
  for (int i = 0; i < 1000; ++i) {
    text += fmt::format("  - shelf: {}\n    slot: {}\n    path: /srv/{}.img\n", i / 250, i % 250, i);
  }
  EXPECT_EQ(load(text).exports.size(), 1000u);
}

TEST(ServerConfig, AnExportNamesTheLimitsThatDifferFromTheTopLevel) {
  const auto server = load(
      "shelf: 1\ninterfaces: [eth1]\nlimit: {requests: 100, client: {bytes: 1MiB}}\nexports:\n"
      "  - {slot: 0, path: /srv/a.img, limit: {bytes: 2MiB}}\n");
  ASSERT_EQ(server.exports.size(), 1u);
  EXPECT_EQ(server.exports[0].limit, (config::Limit{100, 2 << 20}));
  EXPECT_EQ(server.exports[0].client_limit, (config::Limit{0, 1 << 20}));
}

TEST(ServerConfig, ALimitOfNothingIsRefused) {
  EXPECT_THAT(faults(with_line("limit: {requests: 0}")), testing::HasSubstr("limit.requests: "));
  EXPECT_THAT(faults(with_line("limit: {client: {bytes: 1}}")), testing::HasSubstr("limit.client.bytes: "));
  EXPECT_THAT(faults(with_line("limit: 100")), testing::HasSubstr("limit: "));
}
