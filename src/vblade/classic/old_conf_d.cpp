#include "vblade/classic/old_conf_d.h"

#include "base/printable.h"
#include "vblade/classic/old_words.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace vblade {

namespace {

using base::shown;

constexpr std::string_view kPrefix = "config_";
constexpr const char* kForm = "[-b N] [-d] [-s] [-r] [-m MAC,...] SHELF SLOT NETIF FILE";

// Settings that OpenRC and today's service read in this very file.
bool stays_where_it_is(std::string_view name) {
  return name.starts_with("rc_") || name.starts_with("vblade_") || name.starts_with("error_log") ||
         name.starts_with("output_log") || name.starts_with("respawn_") || name == "retry";
}

bool is_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// The services whose variables code mentions.
std::set<std::string> services_in(std::string_view code) {
  std::set<std::string> names;
  for (std::size_t at = code.find(kPrefix); at != code.npos; at = code.find(kPrefix, at + 1)) {
    if (at > 0 && is_in_name(code[at - 1])) continue;
    const std::string_view rest = code.substr(at + kPrefix.size());
    const auto end = std::find_if_not(rest.begin(), rest.end(), is_in_name);
    names.emplace(rest.begin(), end);
  }
  return names;
}

// It can set any variable.
bool runs_other_code(std::string_view code) {
  const std::string_view command = code.substr(0, code.find_first_of(" \t\n;"));
  return command == "." || command == "source" || command == "eval";
}

class ConfD {
 public:
  ConfD(OldFile& file, const std::vector<ShellItem>& items) : file_(file), items_(items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].kind == ShellItem::Kind::assignment) last_[items[i].name] = i;
    }
  }

  void read() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const ShellItem& item = items_[i];
      switch (item.kind) {
        case ShellItem::Kind::blank:
          file_.add_part("");
          break;
        case ShellItem::Kind::comment:
          if (item.follows) {
            file_.add_trailing(text_of(item));
          } else {
            file_.add_part(text_of(item));
          }
          break;
        case ShellItem::Kind::assignment:
          read_assignment(i);
          break;
        case ShellItem::Kind::statement:
          file_.add_part(text_of(item));
          report_statement(item);
          break;
      }
    }
  }

 private:
  std::string text_of(const ShellItem& item) const { return file_.slice(item.begin, item.end); }

  void read_assignment(std::size_t index) {
    const ShellItem& item = items_[index];
    if (!item.name.starts_with(kPrefix)) {
      file_.add_part(text_of(item));
      if (!stays_where_it_is(item.name))
        file_.add_problem(item.begin, fmt::format("'{}' is the variable of no service, which begins with {}: "
                                                  "leave it out",
                                                  shown(item.name), kPrefix));
      return;
    }
    const std::string name = item.name.substr(kPrefix.size());
    const auto blame = [&](std::size_t offset, const std::string& message, bool of_service = true) {
      file_.add_part(text_of(item));
      file_.add_problem(offset, fmt::format("{}: {}", item.name, message),
                        of_service ? std::set{name} : std::set<std::string>{});
    };
    if (name.empty()) return blame(item.begin, "names no service: write config_NAME=\"...\"");
    if (const std::size_t last = last_[item.name]; last != index)
      return blame(item.begin,
                   fmt::format("is set again in line {}, and that counts: leave this one out",
                               file_.line_of(items_[last].begin)),
                   false);
    if (item.fault) return blame(item.fault->offset, item.fault->message);
    if (const ShellItem* code = changes(index, name))
      return blame(item.begin,
                   fmt::format("may be changed in line {}, which is shell code: write the value itself here, "
                               "and leave that out",
                               file_.line_of(code->begin)));
    const std::vector<OldWord> words = split_value(item.value, item.offsets);
    if (words.empty()) return blame(item.begin, fmt::format("is empty: write {}=\"{}\"", item.name, kForm));
    auto settings = export_of(words);
    if (!settings) return blame(settings.error().offset, settings.error().message);
    file_.add_service(text_of(item), name, item.name, std::move(*settings), words.front().offset);
  }

  // What may change the variable of this service behind its assignment.
  const ShellItem* changes(std::size_t index, const std::string& name) const {
    for (std::size_t i = index + 1; i < items_.size(); ++i) {
      if (items_[i].kind != ShellItem::Kind::statement) continue;
      const std::string code = text_of(items_[i]);
      if (runs_other_code(code) || services_in(code).contains(name)) return &items_[i];
    }
    return nullptr;
  }

  void report_statement(const ShellItem& item) {
    const std::string code = text_of(item);
    const std::string word = code.substr(0, code.find_first_of(" \t\n;"));
    const std::size_t equals = word.find('=');
    if (word.starts_with(kPrefix) && equals != word.npos) {
      const std::string variable = word.substr(0, equals);
      file_.add_problem(item.begin,
                        fmt::format("'{}' is no name of a variable: write letters, digits and _ alone behind "
                                    "{}",
                                    shown(variable), kPrefix),
                        {variable.substr(kPrefix.size())});
      return;
    }
    file_.add_problem(item.begin,
                      fmt::format("'{}' is shell code, which is not run here: write each export as one "
                                  "config_NAME=\"SHELF SLOT NETIF FILE\"",
                                  shown(code.substr(0, code.find('\n')))),
                      services_in(code));
  }

  OldFile& file_;
  const std::vector<ShellItem>& items_;
  std::map<std::string, std::size_t> last_;  // by variable, the index of its last assignment
};

}  // namespace

bool looks_like_conf_d(const std::vector<ShellItem>& items) {
  return std::any_of(items.begin(), items.end(), [](const ShellItem& item) {
    return item.kind == ShellItem::Kind::assignment && item.name.starts_with(kPrefix);
  });
}

void read_conf_d(OldFile& file, const std::vector<ShellItem>& items) {
  ConfD(file, items).read();
}

}  // namespace vblade
