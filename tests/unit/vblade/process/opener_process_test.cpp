#include "vblade/process/opener_process.h"

#include "tests/unit/disk/scratch_file.h"

#include <cerrno>
#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// Rules that read a configuration which names `path`.
struct Configured {
  ScratchFile file{1 << 20};
  ScratchFile config{0};

  void name(const std::filesystem::path& path, const char* more = "") {
    std::ofstream(config.path()) << "shelf: 1\ninterfaces: [eth0]\nexports:\n  - {slot: 0, path: "
                                 << path.string() << more << "}\n";
  }
};

}  // namespace

TEST(OpenRules, OnlyWhatTheConfigurationNames) {
  Configured here;
  here.name(here.file.path(), ", read-only: true");
  vblade::OpenRules rules(here.config.path());
  EXPECT_TRUE(rules.allows(here.config.path(), O_RDONLY));
  EXPECT_FALSE(rules.allows(here.config.path(), O_RDWR)) << "the configuration is the administrator's";
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDONLY)) << "not read yet";
  rules.learn();
  EXPECT_TRUE(rules.allows(here.file.path(), O_RDONLY | O_DIRECT));
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDWR)) << "it is read-only";
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDONLY | O_TRUNC));
  EXPECT_FALSE(rules.allows("/etc/passwd", O_RDONLY));

  here.name("/etc/hosts");
  rules.learn();
  EXPECT_FALSE(rules.allows(here.file.path(), O_RDONLY)) << "no longer";
  EXPECT_TRUE(rules.allows("/etc/hosts", O_RDWR));
  std::ofstream(here.config.path()) << "exports: [";
  rules.learn();
  EXPECT_TRUE(rules.allows("/etc/hosts", O_RDWR)) << "a bad file changes nothing";
}

TEST(OpenerProcess, OpensWhatTheRulesAllowAndNothingElse) {
  Configured here;
  here.name(here.file.path());
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules(here.config.path())).value();
  EXPECT_FALSE(opener->file(here.file.path(), O_RDONLY)) << "the configuration was not read yet";
  EXPECT_EQ(errno, EACCES);
  EXPECT_TRUE(opener->file(here.config.path(), O_RDONLY));
  const base::Fd file = opener->file(here.file.path(), O_RDWR);
  ASSERT_TRUE(file);
  EXPECT_EQ(::pwrite(file.get(), "x", 1, 0), 1);
  EXPECT_NE(::fcntl(file.get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_FALSE(opener->file("/etc/passwd", O_RDONLY));
  EXPECT_EQ(errno, EACCES);
  EXPECT_FALSE(opener->file(std::string(5000, 'x'), O_RDONLY));
  EXPECT_EQ(errno, ENAMETOOLONG);
}

TEST(OpenerProcess, SaysWhyItCannotOpen) {
  vblade::OpenRules rules{{}};
  rules.allow("/nowhere/disk.img", true);
  auto opener = vblade::OpenerProcess::start(std::move(rules)).value();
  EXPECT_FALSE(opener->file("/nowhere/disk.img", O_RDWR));
  EXPECT_EQ(errno, ENOENT);
}

TEST(OpenerProcess, ListsOldServers) {
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules({})).value();
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sleep", "/old/vblade", "100", "0", "0", "0", nullptr);
    ::_exit(1);
  }
  // Until it has become the other program it blocks what we block, or has our command line.
  std::vector<std::string> found;
  for (int i = 0; i < 1000 && found.empty(); ++i) {
    for (const auto& one : opener->old_servers()) {
      if (one.pid == child) found = one.words;
    }
    if (found.empty()) ::usleep(10'000);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_EQ(found, (std::vector<std::string>{"100", "0", "0", "0"}));
}

TEST(OpenerProcess, LeavesNoProcessBehind) {
  auto opener = vblade::OpenerProcess::start(vblade::OpenRules({})).value();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), 0) << "it runs";
  opener.reset();
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}
