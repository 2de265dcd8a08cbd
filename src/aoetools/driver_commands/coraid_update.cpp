// coraid-update: a firmware file onto the small update disk that a Coraid appliance exports.
#include "aoetools/command_line/invocation.h"
#include "aoetools/command_line/terminal.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/units.h"
#include "kernel/aoe_driver.h"
#include "kernel/device_name.h"

#include <array>
#include <cerrno>
#include <optional>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace aoetools {

namespace {

// The appliances' update disk has 40,000 blocks of 1 KiB; anything much larger is somebody's data.
constexpr std::uint64_t kMostBlocks = 70000;

bool is_archive(const std::string& file) {
  std::array<std::string, 4> words{"tar", "tf", file, ""};
  std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
  posix_spawn_file_actions_t quiet;
  ::posix_spawn_file_actions_init(&quiet);
  ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "tar", &quiet, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&quiet);
  int status = 0;
  return failed == 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

// Written out before more is read: a progress that only told what the page cache has taken would be at its
// end at once, and then stand there for as long as the network takes.
constexpr std::size_t kStep = 1 << 20;

class Copy {
 public:
  Copy(const std::string& from, const std::string& to)
      : in_(::open(from.c_str(), O_RDONLY | O_CLOEXEC)), out_(::open(to.c_str(), O_WRONLY | O_CLOEXEC)) {
    struct ::stat status{};
    if (in_ && ::fstat(in_.get(), &status) == 0 && S_ISREG(status.st_mode))
      whole_ = fmt::format(" of {}", base::size_text(static_cast<std::uint64_t>(status.st_size)));
  }

  // Returns the number of bytes; nullopt: not all of them arrived.
  std::optional<std::uint64_t> run() {
    if (!in_ || !out_) return std::nullopt;
    std::vector<char> step(kStep);
    for (std::uint64_t total = 0;;) {
      const ssize_t bytes = ::read(in_.get(), step.data(), step.size());
      if (bytes < 0) return std::nullopt;
      if (bytes == 0) return total;
      if (!put({step.data(), static_cast<std::size_t>(bytes)})) return std::nullopt;
      total += static_cast<std::uint64_t>(bytes);
      line_.show(fmt::format("{}{} written ", base::size_text(total), whole_));
    }
  }

 private:
  bool put(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(out_.get(), bytes.data(), bytes.size());
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(out_.get()) == 0;
  }

  base::Fd in_, out_;
  std::string whole_;  // " of 12.0 MiB", where that is known
  ProgressLine line_;
};

}  // namespace

int coraid_update(const Invocation& invocation) {
  constexpr std::string_view kUse = "usage: coraid-update {update file} {AoE device}\n";
  bool json = false;
  std::vector<std::string> words;
  Options options(
      invocation, "Writes a firmware file to the update disk of a Coraid appliance.",
      {{"coraid-update sr.tarc /dev/etherd/e1.254", "the file must be a tar archive if its name says so"},
       {"coraid-update --json sr.tarc /dev/etherd/e1.254",
        "the same, and print the number of written bytes"}});
  options.flag("--json", json, "print JSON: how many bytes were written").words("WORD", words, "FILE DEVICE");
  if (const auto status = options.parse(kFailed)) return *status;
  if (words.size() != 2) {
    fmt::print(stderr, "{}", kUse);
    return kFailed;
  }
  const std::string& update = words[0];
  const std::string& disk = words[1];
  const auto fail = [](std::string_view text) {
    fmt::print(stderr, "coraid-update Error: {}\n", text);
    return kFailed;
  };

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  const auto name = kernel::DeviceName::parse(std::filesystem::path(disk).filename().native());
  if (!name || name->partition != 0 || !driver.knows(name->text())) {
    fail(fmt::format("\"{}\" is not an AoE target", disk));
    fmt::print(stderr, "{}", kUse);
    return kFailed;
  }
  const auto sectors = driver.device(name->address).sectors;
  if (!sectors || *sectors / 2 > kMostBlocks) {
    fmt::print(stderr, "Error coraid-update: {}\n",
               sectors ? disk + " is too large to be an update target" : "could not get size of " + disk);
    return kFailed;
  }
  if (update.ends_with(".tarc") && !is_archive(update)) {
    return fail(fmt::format("\"{}\" does not appear to be a valid tarc file", update));
  }
  if (::access(update.c_str(), R_OK) != 0) return fail(fmt::format("\"{}\" is not readable", update));
  const auto bytes = Copy(update, disk).run();
  if (!bytes) return fail(fmt::format("could not successfully write \"{}\" to \"{}\"", update, disk));
  const base::Json written = base::Json::Fields{{"device", name->text()}, {"bytes", *bytes}};
  if (json) fmt::print("{}\n", written.indented_text());
  return kDone;
}

}  // namespace aoetools
