#include "vblade/classic/old_server.h"

#include "tests/unit/disk/scratch_file.h"

#include <csignal>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t bit(int signal) {
  return std::uint64_t{1} << (signal - 1);
}

// A /proc and a /run with these processes.
class Machine {
 public:
  Machine() {
    std::string name = (fs::temp_directory_path() / "proc_test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    fs::create_directories(run());
    link(proc() / "self/ns/net", "net:[1]");
  }
  ~Machine() { fs::remove_all(folder_); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  fs::path proc() const { return folder_ / "proc"; }
  fs::path run() const { return folder_ / "run"; }
  fs::path process(int pid) const { return proc() / fmt::to_string(pid); }

  void write(const fs::path& file, const std::string& text) const {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  static void link(const fs::path& at, const fs::path& to) {
    fs::create_directories(at.parent_path());
    fs::create_symlink(to, at);
  }
  void start(int pid, std::vector<std::string> words, int parent = 1, std::uint64_t blocked = 0) const {
    std::string line;
    for (const std::string& word : words) line += word + '\0';
    write(process(pid) / "cmdline", line);
    write(process(pid) / "status",
          fmt::format("Name:\tvblade\nState:\tS (sleeping)\nPPid:\t{}\nSigBlk:\t{:016x}\n", parent, blocked));
    link(process(pid) / "ns/net", "net:[1]");
    link(process(pid) / "cwd", "/srv");
  }
  void opens(int pid, const fs::path& file) const { link(process(pid) / "fd/3", file); }

  std::vector<vblade::OldServer> found() const { return vblade::find_old_servers(proc(), run()); }

 private:
  fs::path folder_;
};

config::Export wanted(const fs::path& path) {
  config::Export one;
  one.address = {7, 0};
  one.path = path;
  one.interfaces = {"eth1"};
  return one;
}

vblade::FileId id_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return vblade::file_id(status);
}

}  // namespace

TEST(OldServer, IsKnownByItsCommandLine) {
  Machine machine;
  machine.start(10, {"/usr/sbin/vblade", "-r", "7", "0", "eth1", "disk.img"});
  machine.start(11, {"vbladed", "7", "1", "eth1", "/b"});
  machine.start(12, {"/bin/sh", "/usr/sbin/vbladed", "7", "0", "eth1", "/a"});
  machine.start(13, {"vblade", "--config", "vblade.yaml"});
  machine.start(14, {"/usr/bin/vi", "7", "0", "eth1", "/a"});
  machine.write(machine.proc() / "uptime", "1 1\n");
  auto found = machine.found();
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].pid, 10);
  EXPECT_THAT(found[0].words, ElementsAre("-r", "7", "0", "eth1", "disk.img"));
  EXPECT_EQ(found[0].directory, "/srv");
  EXPECT_EQ(found[0].stop, "kill 10");
  EXPECT_EQ(found[1].pid, 11);
}

TEST(OldServer, OursBlockTheirSignalsWhateverTheirFileIsNow) {
  Machine machine;
  machine.start(10, {"vblade", "7", "0", "eth1", "/a"}, 1,
                bit(SIGTERM) | bit(SIGINT) | bit(SIGHUP) | bit(SIGCHLD));
  EXPECT_THAT(machine.found(), IsEmpty());
  machine.start(11, {"vblade", "7", "1", "eth1", "/b"}, 1, bit(SIGTERM));
  EXPECT_EQ(machine.found().size(), 1U);
}

TEST(OldServer, TheCommandThatEndsIt) {
  const auto stop = [](const Machine& machine, int pid) {
    for (const auto& one : machine.found()) {
      if (one.pid == pid) return one.stop;
    }
    return std::string("not found");
  };
  Machine machine;
  // As vblade-25's service starts it: the file has the shell's id.
  machine.start(9, {"/bin/sh", "/usr/sbin/vbladed", "7", "0", "eth1", "/a"});
  machine.start(10, {"/usr/sbin/vblade", "7", "0", "eth1", "/a"}, 9);
  machine.write(machine.run() / "vblade-other.pid", "77\n");
  machine.write(machine.run() / "vblade-home.pid", "9\n");
  EXPECT_EQ(stop(machine, 10), "rc-service vblade.home stop");
  machine.start(20, {"vblade", "7", "1", "eth1", "/b"});
  machine.write(machine.run() / "vblade.lab.pid", "20\n");
  EXPECT_EQ(stop(machine, 20), "rc-service vblade.lab stop");
  // Others start it again after a kill: Debian's daemon(1), runit for vblade-persist, systemd.
  machine.start(29, {"/usr/bin/daemon", "--respawn"});
  machine.start(30, {"vblade", "7", "2", "eth1", "/c"}, 29);
  machine.write(machine.run() / "vblade/demo.pid", "29\n");
  EXPECT_EQ(stop(machine, 30), "/etc/init.d/vblade stop demo");
  machine.start(49, {"runsv", "e7.4"});
  machine.write(machine.process(49) / "comm", "runsv\n");
  machine.start(50, {"vblade", "-m", "001122334455", "7", "4", "eth1", "/e"}, 49);
  EXPECT_EQ(stop(machine, 50), "vblade-persist stop 7 4");
  machine.start(40, {"vblade", "7", "3", "eth1", "/d"});
  machine.write(machine.process(40) / "cgroup", "0::/system.slice/system-vblade.slice/vblade@demo.service\n");
  EXPECT_EQ(stop(machine, 40), "systemctl stop vblade@demo.service");
}

TEST(OldServer, ConflictsOfAddress) {
  Machine machine;
  machine.start(10, {"/usr/sbin/vblade", "-m", "001122334455", "7", "0", "eth1", "disk.img"});
  const auto found = machine.found();
  const char* message =
      "process 10, an old vblade, serves e7.0 on eth1 from '/srv/disk.img': end it with 'kill 10'";
  EXPECT_THAT(vblade::conflicts_of_address(found, wanted("/x"), {"eth0", "eth1"}), ElementsAre(message));
  EXPECT_THAT(vblade::conflicts_of_address(found, wanted("/x"), {"eth0"}), IsEmpty());
  auto other = wanted("/x");
  other.address.slot = 1;
  EXPECT_THAT(vblade::conflicts_of_address(found, other, {"eth1"}), IsEmpty());
}

TEST(OldServer, AnotherNetworkHasOtherInterfaces) {
  Machine machine;
  const ScratchFile file(1024);
  machine.start(10, {"vblade", "7", "0", "eth1", file.path()});
  fs::remove(machine.process(10) / "ns/net");
  Machine::link(machine.process(10) / "ns/net", "net:[2]");
  EXPECT_THAT(vblade::conflicts_of_address(machine.found(), wanted("/x"), {"eth1"}), IsEmpty());
  EXPECT_EQ(vblade::conflicts_of_file(machine.found(), wanted(file.path()), id_of(file.path())).size(), 1U);
}

TEST(OldServer, ConflictsOfFile) {
  Machine machine;
  const ScratchFile file(1 << 20);
  const ScratchFile other(1024);
  // By what it has open, not by what the command line calls it.
  machine.start(10, {"vblade", "-r", "-o", "8", "-l", "8", "9", "9", "eth5", "/somewhere"});
  machine.opens(10, file.path());
  const auto conflicts = [&](config::Export one) {
    return vblade::conflicts_of_file(machine.found(), one, id_of(one.path)).size();
  };
  EXPECT_EQ(conflicts(wanted(file.path())), 1U);
  EXPECT_EQ(conflicts(wanted(other.path())), 0U);
  auto part = wanted(file.path());
  part.length = 4096;
  EXPECT_EQ(conflicts(part), 0U) << "another part of it";
  part.offset = 512;
  EXPECT_EQ(conflicts(part), 1U);
  part.read_only = true;
  EXPECT_EQ(conflicts(part), 0U) << "both only read";
  // By its path, when nothing else is known.
  fs::remove_all(machine.process(10) / "fd");
  EXPECT_EQ(conflicts(wanted(file.path())), 0U);
  machine.start(11, {"vblade", "9", "8", "eth5", other.path()});
  EXPECT_EQ(conflicts(wanted(other.path())), 1U);
}

TEST(OldServer, OneThatIsEndingServesNothing) {
  Machine machine;
  machine.start(10, {"vblade", "7", "0", "eth1", "disk.img"});
  EXPECT_EQ(machine.found().size(), 1U);
  fs::remove(machine.process(10) / "cwd");  // it is given back before the process is gone
  EXPECT_THAT(machine.found(), IsEmpty());
}

TEST(OldServer, OptionsThatAreNotKnown) {
  Machine machine;
  machine.start(10, {"vblade", "--new", "-x", "7", "0", "eth1", "/a"});
  EXPECT_THAT(vblade::conflicts_of_address(machine.found(), wanted("/x"), {"eth1"}),
              ElementsAre("process 10, an old vblade, serves e7.0 on eth1 from '/a': end it with 'kill 10'"));
}

TEST(OldServer, IsHandedOverWhole) {
  const vblade::OldServer one{.pid = 10,
                              .words = {"-r", "", "7", "0", "eth1", "/a\nb"},
                              .directory = "/srv",
                              .files = {{1, 2}, {3, 0}},
                              .files_are_known = true,
                              .in_this_network = false,
                              .stop = "kill 10"};
  const auto again = vblade::unpacked(vblade::packed({one, {.pid = 11}}));
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].pid, 10);
  EXPECT_EQ(again[0].words, one.words);
  EXPECT_EQ(again[0].directory, one.directory);
  EXPECT_EQ(again[0].files, one.files);
  EXPECT_TRUE(again[0].files_are_known);
  EXPECT_FALSE(again[0].in_this_network);
  EXPECT_EQ(again[0].stop, one.stop);
  EXPECT_EQ(again[1].pid, 11);
  EXPECT_TRUE(again[1].in_this_network);
  EXPECT_THAT(vblade::unpacked(""), IsEmpty());
}
