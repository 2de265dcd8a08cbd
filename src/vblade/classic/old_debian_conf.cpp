#include "vblade/classic/old_debian_conf.h"

#include "base/printable.h"
#include "vblade/classic/old_words.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace vblade {

namespace {

using base::shown;

constexpr std::array<const char*, 4> kNeeded = {"shelf", "slot", "netif", "filename"};
constexpr const char* kOptions = "options";

bool is_needed(const std::string& name) {
  return std::find(kNeeded.begin(), kNeeded.end(), name) != kNeeded.end();
}
bool is_known(const std::string& name) {
  return name == kOptions || is_needed(name);
}

class DebianConf {
 public:
  DebianConf(OldFile& file, const std::vector<ShellItem>& items, const std::string& name)
      : file_(file), items_(items), name_(name) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].kind != ShellItem::Kind::assignment || !is_known(items[i].name)) continue;
      last_[items[i].name] = i;
      place_ = i;
    }
  }

  void read() {
    const bool any =
        std::any_of(kNeeded.begin(), kNeeded.end(), [&](auto one) { return last_.contains(one); });
    const auto settings = any ? settings_of() : std::nullopt;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const ShellItem& item = items_[i];
      const std::string text = file_.slice(item.begin, item.end);
      if (settings && i == place_) {
        file_.add_service(text, name_, "", *settings, item.begin);
      } else if (settings && item.kind == ShellItem::Kind::assignment && is_known(item.name)) {
        if (last_[item.name] != i) report_again(item);
      } else if (item.kind == ShellItem::Kind::comment && item.follows && (!settings || i == place_ + 1)) {
        file_.add_trailing(text);
      } else {
        file_.add_part(text);
        if (item.kind == ShellItem::Kind::assignment && !is_known(item.name)) report_unknown(item);
        if (item.kind == ShellItem::Kind::statement) report_statement(item);
      }
    }
  }

 private:
  std::optional<config::Export> settings_of() {
    bool good = true;
    for (const char* one : kNeeded) {
      if (last_.contains(one)) continue;
      good = false;
      file_.add_problem(0, fmt::format("sets no {0}, so the old service passed over it: write {0}=...", one),
                        {name_});
    }
    for (const auto& [variable, index] : last_) {
      if (!items_[index].fault) continue;
      good = false;
      file_.add_problem(items_[index].fault->offset,
                        fmt::format("{}: {}", variable, items_[index].fault->message), {name_});
    }
    const bool code = std::any_of(items_.begin(), items_.end(), [](const ShellItem& item) {
      return item.kind == ShellItem::Kind::statement;
    });
    if (!good || code) return std::nullopt;
    std::vector<OldWord> words;
    for (const char* one : {kOptions, kNeeded[0], kNeeded[1], kNeeded[2], kNeeded[3]}) {
      const auto found = last_.find(one);
      if (found == last_.end()) continue;
      const ShellItem& item = items_[found->second];
      const auto more = split_value(item.value, item.offsets);
      words.insert(words.end(), more.begin(), more.end());
    }
    auto settings = export_of(words);
    if (settings) return std::move(*settings);
    file_.add_problem(settings.error().offset, settings.error().message, {name_});
    return std::nullopt;
  }

  void report_again(const ShellItem& item) {
    file_.add_part(file_.slice(item.begin, item.end));
    file_.add_problem(
        item.begin, fmt::format("{} is set again in line {}, and that counts: leave this one out", item.name,
                                file_.line_of(items_[last_[item.name]].begin)));
  }
  void report_unknown(const ShellItem& item) {
    if (item.name == "ionice") {
      file_.add_problem(item.begin,
                        "ionice is not imported, because one process serves all exports here: run vblade "
                        "itself by ionice(1)");
    } else {
      file_.add_problem(item.begin,
                        fmt::format("'{}' means nothing to vblade: leave it out", shown(item.name)));
    }
  }
  void report_statement(const ShellItem& item) {
    const std::string code = file_.slice(item.begin, item.end);
    file_.add_problem(item.begin,
                      fmt::format("'{}' is shell code, which is not run here: write NAME=VALUE lines alone",
                                  shown(code.substr(0, code.find('\n')))),
                      {name_});
  }

  OldFile& file_;
  const std::vector<ShellItem>& items_;
  std::string name_;
  std::map<std::string, std::size_t> last_;  // by variable, the index of its last assignment
  std::size_t place_ = 0;                    // of the last of them: there the export comes
};

}  // namespace

bool looks_like_debian_conf(const std::vector<ShellItem>& items) {
  return std::any_of(items.begin(), items.end(), [](const ShellItem& item) {
    return item.kind == ShellItem::Kind::assignment && is_needed(item.name);
  });
}

void read_debian_conf(OldFile& file, const std::vector<ShellItem>& items, const std::string& name) {
  DebianConf(file, items, name).read();
}

}  // namespace vblade
