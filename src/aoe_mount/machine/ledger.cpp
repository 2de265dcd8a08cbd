#include "aoe_mount/machine/ledger.h"

#include "base/file_replacement.h"
#include "base/number.h"

#include <cerrno>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>

namespace aoe_mount {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNew = ".new";

// Cuts a line at its first blank; the second half may be empty or have more blanks.
std::pair<std::string, std::string> cut(const std::string& text) {
  const auto blank = text.find(' ');
  if (blank == std::string::npos) return {text, ""};
  return {text.substr(0, blank), text.substr(blank + 1)};
}

std::string text_of(const Changes& changes) {
  std::string text;
  if (changes.driver) text += "driver aoe\n";
  for (const std::string& name : changes.interfaces) text += fmt::format("interface {}\n", name);
  for (const auto& [name, mtu] : changes.mtus) text += fmt::format("mtu {} {}\n", name, mtu);
  for (const auto& [name, value] : changes.parameters) text += fmt::format("parameter {} {}\n", name, value);
  if (!changes.deadsecs.empty()) text += fmt::format("aoe_deadsecs {}\n", changes.deadsecs);
  return text;
}

}  // namespace

// No lock is no failure: if the directory cannot be used, write() fails and says why.
base::Fd Ledger::hold() const {
  std::error_code error;
  fs::create_directories(file_.parent_path(), error);
  base::Fd lock(::open((file_.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  while (lock && ::flock(lock.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
  return lock;
}

Changes Ledger::read() const {
  if (unwritten_) return *unwritten_;
  Changes changes;
  std::ifstream in(file_);
  for (std::string line; std::getline(in, line);) {
    const auto [what, value] = cut(line);
    if (what == "driver") changes.driver = true;
    if (what == "interface") changes.interfaces.push_back(value);
    if (what == "aoe_deadsecs") changes.deadsecs = value;
    if (what == "parameter") changes.parameters.insert(cut(value));
    const auto [name, mtu] = cut(value);
    if (what == "mtu") changes.mtus[name] = static_cast<std::uint32_t>(base::parse_number(mtu).value_or(0));
  }
  return changes;
}

base::Result<> Ledger::change(const Edit& edit, const Action& action) {
  const base::Fd held = hold();
  const Changes before = read();
  Changes changes = before;
  if (auto edited = edit(changes); !edited) return edited;
  if (changes != before) {
    const auto written = write(changes);
    unwritten_ = written ? std::nullopt : std::optional(changes);
    problem_ = written ? "" : written.error().message;
  }
  return action ? action() : base::Result<>();
}

base::Result<> Ledger::write(const Changes& changes) const {
  std::error_code error;
  if (changes.empty()) {
    fs::remove(file_, error);
    if (error) return base::fail_errno(error.value(), "cannot remove {}", file_.string());
    return {};
  }
  fs::create_directories(file_.parent_path(), error);
  auto fresh = base::FileReplacement::write(file_, text_of(changes), {.suffix = kNew});
  if (!fresh) return base::fail_errno(fresh.error().code, "cannot write {}{}", file_.string(), kNew);
  if (const auto put = fresh->put_in_place(); !put)
    return base::fail_errno(put.error().code, "cannot write {}", file_.string());
  return {};
}

}  // namespace aoe_mount
