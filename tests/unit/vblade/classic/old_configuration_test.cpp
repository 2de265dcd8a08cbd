#include "vblade/classic/old_configuration.h"

#include "config/export_text.h"
#include "vblade/classic/old_import.h"
#include "vblade/command_line.h"

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace {

namespace fs = std::filesystem;

// A directory whose name messages do not have.
class Old {
 public:
  Old() {
    std::string name = (fs::temp_directory_path() / "old_test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
  }
  ~Old() { fs::remove_all(folder_); }
  Old(const Old&) = delete;
  Old& operator=(const Old&) = delete;

  Old& file(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return *this;
  }
  fs::path path(const std::string& name = "") const { return name.empty() ? folder_ : folder_ / name; }

  // The one YAML, and below it the problems.
  std::string imported(const std::string& name) const {
    auto old = vblade::read_old_configuration(path(name));
    if (!old) return plain(old.error().message);
    std::string text = vblade::yaml_of(*old, path(name));
    std::vector<config::Problem> problems;
    for (const auto& one : old->problems) {
      problems.push_back(one.problem);
      problems.back().source_line.clear();
    }
    return plain(text + config::report(problems));
  }

 private:
  std::string plain(std::string text) const {
    const std::string prefix = folder_.string() + "/";
    for (std::size_t at = text.find(prefix); at != text.npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
    return text;
  }

  fs::path folder_;
};

std::string imported(const std::string& conf_d) {
  Old old;
  return old.file("vblade", conf_d).imported("vblade");
}

// What an import says of this single line, behind its place.
std::string reason(const std::string& line) {
  const std::string text = imported(line + "\n");
  const std::size_t at = text.find("\nvblade:1:");
  return at == text.npos ? text : text.substr(at + 1, text.size() - at - 2);
}

constexpr const char* kHead = R"(# Imported by vblade --import from vblade. See vblade.yaml(5).
# 'sync: flush' acknowledges a write from memory, as the old vblade did. Without that line a write is
# acknowledged when it is on stable storage, and a power cut cannot lose it.
exports:
)";

}  // namespace

TEST(OldConfiguration, KeepsCommentsAndTheirPlaces) {
  EXPECT_EQ(imported(R"(# top
	# indented, caf)"
                     "\xe9"
                     R"(

config_vblade0="0 0 eth0 /root/test.img"  # the test
config_home='-r -s -d -m 00:11:22:33:44:55,001122334466 -b 4 7 1 eth1 /dev/md0'
rc_need="net.eth0"
config_far="-o 8 -l 0x10 7 2 eth1,eth2 \
  /srv/it.img"
# end
)"),
            std::string(kHead) + R"(  # top
  # indented, caf\xe9

  # config_vblade0
  # the test
  - shelf: 0
    slot: 0
    interfaces: [eth0]
    path: /root/test.img
    sync: flush
  # config_home
  - shelf: 7
    slot: 1
    interfaces: [eth1]
    path: /dev/md0
    read-only: true
    direct: true
    buffers: 4
    allow: ["00:11:22:33:44:55", "00:11:22:33:44:66"]
  # rc_need="net.eth0"
  # config_far
  - shelf: 7
    slot: 2
    interfaces: [eth1, eth2]
    path: /srv/it.img
    sync: flush
    offset: 4096
    length: 8192
  # end
)");
}

TEST(OldConfiguration, NothingToImport) {
  EXPECT_EQ(imported("# config_a=\"0 0 eth0 /x\"\n"),
            "# Imported by vblade --import from vblade. See vblade.yaml(5).\n"
            "exports: []\n"
            "  # config_a=\"0 0 eth0 /x\"\n");
}

TEST(OldConfiguration, WhatIsNotUnderstoodStaysAsAComment) {
  EXPECT_EQ(imported(R"(config_a="$SHELF 0 eth0 /a" # here
config_b="0 1 eth0 /b"
if [ -e /dev/sdz ]; then
  config_c="0 2 eth0 /dev/sdz"
fi
)"),
            std::string(kHead) + R"(  # config_a="$SHELF 0 eth0 /a"  # here
  # config_b
  - shelf: 0
    slot: 1
    interfaces: [eth0]
    path: /b
    sync: flush
  # if [ -e /dev/sdz ]; then
  #   config_c="0 2 eth0 /dev/sdz"
  # fi
vblade:1:11: config_a: '$SHELF' has a value that only a shell knows: write the value itself
vblade:3:1: 'if [ -e /dev/sdz ]; then' is shell code, which is not run here: write each export as one config_NAME="SHELF SLOT NETIF FILE"
)");
}

TEST(OldConfiguration, SaysWhatToWriteInstead) {
  EXPECT_EQ(reason("config_a=(0 1 eth0 /x)"),
            "vblade:1:1: config_a: an array has no single value: write one text, as in config_a=\"...\"");
  EXPECT_EQ(reason("config_a=\"0 1 eth0 /srv/*.img\""),
            "vblade:1:20: config_a: '/srv/*.img' is a pattern, which a shell replaces by names: write the "
            "name itself");
  EXPECT_EQ(reason("config_a=\"0 1 eth0 a.img\""),
            "vblade:1:20: config_a: 'a.img' is not an absolute path: write it from / on");
  EXPECT_EQ(reason("config_a=\"0 1 eth0 /a -r\""),
            "vblade:1:23: config_a: '-r' is behind the FILE, where the old service passed over it: write "
            "options first");
  EXPECT_EQ(
      reason("config_a=\"0 1 eth0\""),
      "vblade:1:11: config_a: '0 1 eth0' is not [-b N] [-d] [-s] [-r] [-m MAC,...] SHELF SLOT NETIF FILE");
  EXPECT_EQ(reason("config_a=\"-z 0 1 eth0 /a b\""),
            "vblade:1:11: config_a: '-z 0 1 eth0 /a b' is not [-b N] [-d] [-s] [-r] [-m MAC,...] SHELF SLOT "
            "NETIF FILE");
  EXPECT_EQ(reason("config_a=\"\""),
            "vblade:1:1: config_a: is empty: write config_a=\"[-b N] [-d] [-s] [-r] [-m MAC,...] SHELF SLOT "
            "NETIF FILE\"");
  EXPECT_EQ(reason("config_a=\"0 255 eth0 /a\""), "vblade:1:11: config_a: slot '255' is not in 0..254");
  EXPECT_EQ(reason("config_a=\"-m 00:11 0 1 eth0 /a\""),
            "vblade:1:11: config_a: '00:11' is not a MAC address: write six pairs of hex digits, as in "
            "00:80:c8:ca:ff:65");
  EXPECT_EQ(reason("config_a=\"-m 01:22:33:44:55:66 0 1 eth0 /a\""),
            "vblade:1:11: config_a: 01:22:33:44:55:66 is not an address of a host: leave it out");
  EXPECT_EQ(reason("config_a=\"0 1 eth/0 /a\""),
            "vblade:1:15: config_a: 'eth/0' is not the name of a network interface");
  EXPECT_EQ(reason("config_a=\"0 1 eth0 /a\xe9\""),
            "vblade:1:20: config_a: byte 0xe9 is not UTF-8: save the file in that encoding");
  EXPECT_EQ(reason("config_=\"0 1 eth0 /a\""),
            "vblade:1:1: config_: names no service: write config_NAME=\"...\"");
  EXPECT_EQ(reason("config_my-disk=\"0 1 eth0 /a\""),
            "vblade:1:1: 'config_my-disk' is no name of a variable: write letters, digits and _ alone behind "
            "config_");
  EXPECT_EQ(reason("DISK=/a"),
            "vblade:1:1: 'DISK' is the variable of no service, which begins with config_: leave it out");
}

TEST(OldConfiguration, TheLastValueCounts) {
  EXPECT_EQ(imported("config_a=\"0 1 eth0 /a\"\nconfig_a=\"-s 0 2 eth0 /a\"\n"),
            "# Imported by vblade --import from vblade. See vblade.yaml(5).\n"
            R"(exports:
  # config_a="0 1 eth0 /a"
  # config_a
  - shelf: 0
    slot: 2
    interfaces: [eth0]
    path: /a
vblade:1:1: config_a: is set again in line 2, and that counts: leave this one out
)");
  EXPECT_EQ(imported("config_a=\"0 1 eth0 /a\"\n. /etc/more\n"),
            "# Imported by vblade --import from vblade. See vblade.yaml(5).\n"
            R"(exports: []
  # config_a="0 1 eth0 /a"
  # . /etc/more
vblade:1:1: config_a: may be changed in line 2, which is shell code: write the value itself here, and leave that out
vblade:2:1: '. /etc/more' is shell code, which is not run here: write each export as one config_NAME="SHELF SLOT NETIF FILE"
)");
}

TEST(OldConfiguration, AddressesAndFilesAreServedOnce) {
  EXPECT_EQ(imported("config_a=\"-s 0 1 eth0 /a\"\nconfig_b=\"0 1 eth0 /b\"\nconfig_c=\"0 1 eth1 /a\"\n"
                     "config_d=\"0 2 eth0 /a\"\n"),
            "# Imported by vblade --import from vblade. See vblade.yaml(5).\n"
            R"(exports:
  # config_a
  - shelf: 0
    slot: 1
    interfaces: [eth0]
    path: /a
  # config_b="0 1 eth0 /b"
  # config_c="0 1 eth1 /a"
  # config_d="0 2 eth0 /a"
vblade:2:11: config_b: e0.1 is the address of config_a, too: choose another slot, or leave one of the two out
vblade:3:11: config_c: e0.1 is the address of config_a, too, with the same file: add 'eth1' to its interfaces
vblade:4:11: config_d: all of /a is served by config_a, too, as e0.1: leave one of the two out
)");
}

TEST(OldConfiguration, OneServiceByItself) {
  Old old;
  old.file("vblade", "# of nobody\n\n# of a\nconfig_a=\"0 1 eth0 /a\" # behind\n# of b\n");
  const auto found = vblade::read_old_configuration(old.path("vblade")).value();
  ASSERT_TRUE(found.parts[3].service);
  EXPECT_EQ(vblade::yaml_of_service(found, 3),
            fmt::format(R"(# The export of the service vblade.a, imported by vblade --import from
# config_a in {}.
# Edit it at any time: vblade.a is served from this file alone, which no import
# changes again. See vblade.yaml(5).
# 'sync: flush' acknowledges a write from memory, as the old vblade did. Without that line a write is
# acknowledged when it is on stable storage, and a power cut cannot lose it.
exports:
  # of a
  # config_a
  # behind
  - shelf: 0
    slot: 1
    interfaces: [eth0]
    path: /a
    sync: flush
)",
                        old.path("vblade").string()));
}

TEST(OldConfiguration, DebianDirectory) {
  Old old;
  old.file("conf.d/skeleton.conf", "# shelf=\n");
  old.file("conf.d/demo.conf",
           "# mine\nshelf=14\nslot=2 # of this\nnetif=ens3\nfilename=/dev/mapper/export\n"
           "options='-r -m 12:22:33:44:55:66,22:33:44:55:66:77 -o 8'\n"
           "ionice='--class idle'\n");
  old.file("conf.d/less.conf", "shelf=14\nslot=3\nfilename=/x\n");
  old.file("conf.d/README", "shelf=\n");
  EXPECT_EQ(old.imported("conf.d"),
            R"(# Imported by vblade --import from conf.d. See vblade.yaml(5).
# 'sync: flush' acknowledges a write from memory, as the old vblade did. Without that line a write is
# acknowledged when it is on stable storage, and a power cut cannot lose it.
exports:
  # conf.d/demo.conf
  # mine
  # of this
  - shelf: 14
    slot: 2
    interfaces: [ens3]
    path: /dev/mapper/export
    read-only: true
    sync: flush
    offset: 4096
    allow: ["12:22:33:44:55:66", "22:33:44:55:66:77"]
  # ionice='--class idle'
  # conf.d/less.conf
  # shelf=14
  # slot=3
  # filename=/x
  # conf.d/skeleton.conf
  # shelf=
conf.d/demo.conf:7:1: ionice is not imported, because one process serves all exports here: run vblade itself by ionice(1)
conf.d/less.conf:1:1: sets no netif, so the old service passed over it: write netif=...
)");
  const auto one = vblade::read_old_configuration(old.path("conf.d/demo.conf")).value();
  EXPECT_EQ(one.parts[2].service->name, "demo");
}

TEST(OldConfiguration, PersistDirectories) {
  Old old;
  const auto env = [&](const std::string& name, const std::string& value) {
    old.file("p/vblades/" + name, value + "\n");
  };
  env("e1.0/env/SHELF", "1");
  env("e1.0/env/SLOT", "0");
  env("e1.0/env/NETIF", "eth0 ");
  env("e1.0/env/SOURCE", "/srv/my disk");
  env("e1.0/macs/001122334455", "");
  env("e1.0/macs/001122334466", "");
  env("e2.0/env/SHELF", "2");
  env("e2.0/env/NETIF", "eth0");
  env("e2.0/env/SOURCE", "/x");
  env("e2.0/env/READONLY", "1");
  const char* expected = R"(# Imported by vblade --import from p. See vblade.yaml(5).
# 'sync: flush' acknowledges a write from memory, as the old vblade did. Without that line a write is
# acknowledged when it is on stable storage, and a power cut cannot lose it.
exports:
  # p/vblades/e1.0
  - shelf: 1
    slot: 0
    interfaces: [eth0]
    path: '/srv/my disk'
    sync: flush
    allow: ["00:11:22:33:44:55", "00:11:22:33:44:66"]
  # p/vblades/e2.0
  # NETIF=eth0 READONLY=1 SHELF=2 SOURCE=/x
p/vblades/e2.0/env: has no value for SLOT: write it into the file SLOT
p/vblades/e2.0/env/READONLY: is none of SHELF, SLOT, NETIF, SOURCE: its meaning is not known; remove it, or write the export into vblade.yaml by hand
)";
  EXPECT_EQ(old.imported("p"), expected);
  EXPECT_TRUE(
      old.imported("p/vblades/e1.0/").starts_with("# Imported by vblade --import from p/vblades/e1.0/."));
}

TEST(OldConfiguration, WhatCannotBeRead) {
  const Old old;
  EXPECT_EQ(old.imported("nothing"), "'nothing' cannot be read: No such file or directory");
  fs::create_directory(old.path("empty"));
  EXPECT_EQ(old.imported("empty"),
            "'empty' holds no configuration of an old vblade: neither NAME.conf, as Debian has them, nor "
            "eX.Y/env of "
            "vblade-persist");
  EXPECT_EQ(old.imported("/dev/zero"),
            "'/dev/zero' has more than 1048576 bytes: it is no configuration of an old vblade");
}

// The classic form and its import are the same export, whatever the options are.
TEST(OldConfiguration, RoundTripOfRandomOptions) {
  std::mt19937 random(17);
  const auto pick = [&](unsigned most) { return std::uniform_int_distribution<unsigned>(0, most)(random); };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::vector<std::string>> options;
    if (pick(1) == 0) options.push_back({"-b", fmt::to_string(1 + pick(99))});
    if (pick(1) == 0) options.push_back({"-d"});
    if (pick(1) == 0) options.push_back({"-s"});
    if (pick(1) == 0) options.push_back({pick(1) == 0 ? "-r" : "-rd"});
    if (pick(2) == 0) options.push_back({"-o", pick(1) == 0 ? "0x10" : fmt::to_string(pick(1000))});
    if (pick(2) == 0) options.push_back({"-l", fmt::to_string(1 + pick(1000))});
    for (unsigned macs = pick(3); macs > 0; --macs)
      options.push_back({"-m", fmt::format("00:11:22:33:44:{:02x},0011223344{:02X}", pick(255), pick(255))});
    if (pick(3) == 0) options.push_back({"--force"});
    std::shuffle(options.begin(), options.end(), random);
    std::vector<std::string> words;
    for (const auto& option : options) words.insert(words.end(), option.begin(), option.end());
    const char* const paths[] = {"/dev/sda", "/srv/it's.img", "/srv//a/../b#c",
                                 "/srv/a:b", "/srv/null",     "/srv/{x}"};
    for (const std::string& word :
         {fmt::to_string(pick(65534)), fmt::to_string(pick(254)),
          std::string(pick(1) == 0 ? "eth0" : "eth0,1.5"), std::string(paths[pick(5)])})
      words.push_back(word);

    std::vector<std::string> argv{"vblade"};
    argv.insert(argv.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    for (std::string& word : argv) pointers.push_back(word.data());
    const vblade::CommandLine line =
        vblade::parse_command_line(static_cast<int>(pointers.size()), pointers.data());
    const auto& task = std::get<vblade::ServeOne>(line.task);
    config::Export expected = task.server.exports.front();
    expected.access.read = expected.access.write = expected.access.configure =
        aoe::Hosts::of_protocol_list(task.mask);

    expected.force = task.force;

    Old old;
    old.file("vblade", fmt::format("config_a=\"{}\"\n", fmt::join(words, pick(1) == 0 ? " " : " \\\n\t")));
    auto found = vblade::read_old_configuration(old.path("vblade")).value();
    old.file("vblade.yaml", vblade::yaml_of(found, old.path("vblade")));
    const auto server = config::load_server(old.path("vblade.yaml"));
    ASSERT_TRUE(server) << config::report(server.error());
    ASSERT_EQ(server->exports.size(), 1U) << fmt::format("{}", fmt::join(words, " "));
    const config::Export& now = server->exports.front();
    EXPECT_EQ(config::export_text(now), config::export_text(expected));
    EXPECT_EQ(now.address, expected.address);
    EXPECT_EQ(now.path, expected.path);
    EXPECT_EQ(now.interfaces, expected.interfaces);
    EXPECT_EQ(now.read_only, expected.read_only);
    EXPECT_EQ(now.direct, expected.direct);
    EXPECT_EQ(now.sync, expected.sync);
    EXPECT_EQ(now.offset, expected.offset);
    EXPECT_EQ(now.length, expected.length);
    EXPECT_EQ(now.buffers, expected.buffers);
    EXPECT_EQ(now.access.read, expected.access.read);
    EXPECT_EQ(now.access.write, expected.access.read);
    EXPECT_EQ(now.access.configure, expected.access.read);
    EXPECT_EQ(now.force, task.force);
  }
}

// Whatever is in the old file, the YAML is one that can be loaded, and holds each line of it.
TEST(OldConfiguration, AnyTextBecomesYamlThatLoads) {
  const std::string_view kPieces[] = {"config_a=",
                                      "config_b=",
                                      "\"",
                                      "'",
                                      "\\",
                                      "\n",
                                      "\n",
                                      "$",
                                      "$(",
                                      ")",
                                      "(",
                                      "{",
                                      "}",
                                      "`",
                                      "#",
                                      " ",
                                      "\t",
                                      ";",
                                      "<<E",
                                      "E",
                                      "if ",
                                      "fi",
                                      "&&",
                                      "|",
                                      "\xe9",
                                      "\x01",
                                      "\r",
                                      "- ",
                                      ": ",
                                      "export ",
                                      "\xef\xbb\xbf",
                                      "\xc2\x85",
                                      "\xe2\x80\xa8",
                                      "0 1 eth0 /a",
                                      "-r 0 2 eth0 /b\xff",
                                      "-s 0 3 eth0 /c: d",
                                      "shelf=1",
                                      "slot=2",
                                      "netif=e0",
                                      "filename=/d"};
  std::mt19937 random(23);
  std::uniform_int_distribution<std::size_t> piece(0, std::size(kPieces) - 1);
  std::size_t imported = 0;
  const Old old;
  for (int round = 0; round < 1000; ++round) {
    std::string text = round % 2 == 0 ? "config_c=\"0 9 eth0 /e\"\n" : "";
    for (std::size_t left = piece(random); left > 0; --left) text += kPieces[piece(random)];
    std::ofstream(old.path("vblade"), std::ios::binary) << text;
    auto found = vblade::read_old_configuration(old.path("vblade")).value();
    std::ofstream(old.path("vblade.yaml"), std::ios::binary) << vblade::yaml_of(found, "vblade");
    std::size_t services = 0;
    for (const auto& part : found.parts) services += part.service ? 1 : 0;
    imported += services;
    const auto server = config::load_server(old.path("vblade.yaml"));
    if (services > 0) {
      ASSERT_TRUE(server) << text << config::report(server.error());
      ASSERT_EQ(server->exports.size(), services) << text;
    } else {
      ASSERT_EQ(server.error().size(), 1U) << text << config::report(server.error());
      ASSERT_EQ(server.error().front().message, "exports: is empty: there is nothing to serve") << text;
    }
  }
  EXPECT_GT(imported, 300U);
}
