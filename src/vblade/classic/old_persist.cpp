#include "vblade/classic/old_persist.h"

#include "vblade/classic/old_source.h"
#include "vblade/classic/old_words.h"

#include <algorithm>
#include <array>
#include <map>
#include <system_error>

#include <fmt/ranges.h>

namespace vblade {

namespace {

constexpr std::array<const char*, 4> kNeeded = {"SHELF", "SLOT", "NETIF", "SOURCE"};

class Persist {
 public:
  Persist(const std::filesystem::path& directory, OldConfiguration& into)
      : directory_(directory), env_(directory / "env"), name_(directory.filename().string()), into_(into) {}

  base::Result<> read() {
    into_.parts.push_back({.text = "# " + directory_.string(), .trailing = {}});
    const auto files = old_entries(env_);
    if (!files) return std::unexpected(files.error());
    for (const auto& file : *files) {
      const auto bytes = read_old_bytes(file);
      if (!bytes) return std::unexpected(bytes.error());
      // The first line without the blanks behind it, as envdir takes it.
      std::string value = bytes->substr(0, bytes->find('\n'));
      value.erase(value.find_last_not_of(" \t") + 1);
      values_[file.filename().string()] = value;
    }
    if (const auto taken = take_macs(); !taken) return taken;
    check_names();
    finish();
    return {};
  }

 private:
  base::Result<> take_macs() {
    std::error_code reason;
    if (!std::filesystem::exists(directory_ / "macs", reason)) return {};
    const auto entries = old_entries(directory_ / "macs");
    if (!entries) return std::unexpected(entries.error());
    for (const auto& one : *entries) macs_.push_back(one.filename().string());
    return {};
  }

  void add_problem(const std::filesystem::path& at, std::string message) {
    good_ = false;
    into_.problems.push_back(
        {.problem = {at.string(), 0, 0, std::move(message), ""}, .services = {name_}, .note = false});
  }

  void check_names() {
    for (const char* needed : kNeeded) {
      if (values_[needed].empty())
        add_problem(env_, fmt::format("has no value for {0}: write it into the file {0}", needed));
    }
    for (const auto& [name, value] : values_) {
      if (std::find(kNeeded.begin(), kNeeded.end(), name) == kNeeded.end())
        add_problem(env_ / name,
                    fmt::format("is none of {}: its meaning is not known; remove it, or write the "
                                "export into vblade.yaml by hand",
                                fmt::join(kNeeded, ", ")));
    }
  }

  void finish() {
    std::vector<OldWord> words;
    if (!macs_.empty()) {
      words.push_back({.text = "-m"});
      words.push_back({.text = fmt::format("{}", fmt::join(macs_, ","))});
    }
    std::string text;
    for (const auto& [name, value] : values_) {
      if (!value.empty()) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
    }
    if (!macs_.empty()) text += fmt::format(" macs={}", words.back().text);
    for (const char* needed : kNeeded) words.push_back({.text = values_[needed]});
    OldPart part{.text = std::move(text), .trailing = {}};
    if (good_) {
      auto settings = export_of(words);
      if (settings) {
        part.service = OldService{.name = name_,
                                  .variable = {},
                                  .settings = std::move(*settings),
                                  .place = {},
                                  .file = directory_.string(),
                                  .source_line = {}};
      } else {
        add_problem(env_, settings.error().message);
      }
    }
    into_.parts.push_back(std::move(part));
  }

  std::filesystem::path directory_;
  std::filesystem::path env_;
  std::string name_;
  OldConfiguration& into_;
  std::map<std::string, std::string> values_;  // by the name of the file
  std::vector<std::string> macs_;
  bool good_ = true;
};

}  // namespace

bool looks_like_persist(const std::filesystem::path& directory) {
  std::error_code reason;
  return std::filesystem::is_directory(directory / "env", reason);
}

base::Result<> read_persist(const std::filesystem::path& directory, OldConfiguration& into) {
  return Persist(directory, into).read();
}

}  // namespace vblade
