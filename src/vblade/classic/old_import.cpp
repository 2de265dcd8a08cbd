#include "vblade/classic/old_import.h"

#include "base/file_replacement.h"
#include "config/export_text.h"
#include "config/overlap.h"
#include "config/text_check.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <system_error>
#include <tuple>
#include <vector>

#include <fmt/format.h>

namespace vblade {

namespace {

constexpr int kAllImported = 0;
constexpr int kSomeLeft = 1;
constexpr int kUnreadable = 2;

constexpr const char* kAboutSync =
    "# 'sync: flush' acknowledges a write from memory, as the old vblade did. Without that line a write is\n"
    "# acknowledged when it is on stable storage, and a power cut cannot lose it.\n";

// A line that YAML takes: bytes that it does not are written out.
std::string clean(std::string_view line) {
  std::string out;
  while (const auto bad = config::find_bad_text({&line, 1})) {
    const auto at = static_cast<std::size_t>(bad->place.column) - 1;
    out += line.substr(0, at);
    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(line[at]));
    line.remove_prefix(at + 1);
  }
  return out.append(line);
}

// Each line of `text` as a comment.
std::string commented(const std::string& text, std::string_view indent) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    out += fmt::format("{}{}\n", indent, clean(line.starts_with('#') ? line : "# " + line));
    at = end + 1;
  }
  return out;
}

bool is_comment(const OldPart& part) {
  return !part.service && part.text.starts_with('#');
}

std::string kept(const OldPart& part) {
  if (part.text.empty()) return "\n";
  return commented(part.text + (part.trailing.empty() ? "" : "  ") + part.trailing, "  ");
}

std::string imported(const OldPart& part) {
  std::string text;
  if (!part.service->variable.empty()) text += commented(part.service->variable, "  ");
  if (!part.trailing.empty()) text += commented(part.trailing, "  ");
  return text + config::export_text(part.service->settings);
}

// What a message calls it.
const std::string& title(const OldService& service) {
  return service.variable.empty() ? service.file : service.variable;
}

std::string source_of(const OldService& service) {
  return service.variable.empty() ? service.file : service.variable + " in " + service.file;
}

void report(OldConfiguration& old, const OldService& service, const std::string& message, bool note) {
  old.problems.push_back({.problem = {service.file, service.place.line, service.place.column,
                                      fmt::format("{}{}: {}", note ? "note: " : "", title(service), message),
                                      service.source_line},
                          .services = {service.name},
                          .note = note});
}

void refuse(OldConfiguration& old, OldPart& part, const std::string& message) {
  report(old, *part.service, message, false);
  part.service.reset();
}

bool share_interface(const config::Export& a, const config::Export& b) {
  return std::any_of(a.interfaces.begin(), a.interfaces.end(), [&](const std::string& name) {
    return std::find(b.interfaces.begin(), b.interfaces.end(), name) != b.interfaces.end();
  });
}

// In one file an address is served once.
void refuse_second_addresses(OldConfiguration& old) {
  std::map<aoe::Address, const OldService*> taken;
  for (OldPart& part : old.parts) {
    if (!part.service) continue;
    const config::Export& one = part.service->settings;
    const auto [other, is_free] = taken.emplace(one.address, &*part.service);
    if (is_free) continue;
    const config::Export& first = other->second->settings;
    const std::string by =
        fmt::format("{} is the address of {}, too", one.address.text(), title(*other->second));
    if (first.path == one.path && !share_interface(first, one)) {
      refuse(old, part,
             fmt::format("{}, with the same file: add '{}' to its interfaces", by, one.interfaces.front()));
    } else {
      refuse(old, part, by + ": choose another slot, or leave one of the two out");
    }
  }
}

// Nor are the same bytes served twice.
void refuse_second_paths(OldConfiguration& old) {
  std::vector<config::Extent> extents;
  for (std::size_t i = 0; i < old.parts.size(); ++i) {
    if (!old.parts[i].service) continue;
    const config::Export& one = old.parts[i].service->settings;
    extents.push_back({i, one.path.string(), one.offset, one.length});
  }
  for (const config::Overlap& overlap : config::find_overlaps(std::move(extents))) {
    OldPart& later = old.parts[overlap.later];
    const OldPart& earlier = old.parts[overlap.earlier];
    if (!later.service || !earlier.service) continue;
    refuse(old, later,
           fmt::format("{} is served by {}, too, as {}: leave one of the two out", overlap.bytes,
                       title(*earlier.service), earlier.service->settings.address.text()));
  }
}

void note_missing_file(OldConfiguration& old, const OldService& service) {
  std::error_code reason;
  const std::filesystem::path& path = service.settings.path;
  if (std::filesystem::exists(path, reason)) return;
  report(old, service, fmt::format("'{}' does not exist now: vblade needs it at its start", path.string()),
         true);
}

// Two services with one address were two disks in one place.
void note_second_address(OldConfiguration& old, const OldService& service) {
  for (const OldPart& part : old.parts) {
    if (!part.service || part.service->name == service.name) continue;
    const OldService& other = *part.service;
    if (other.settings.address != service.settings.address ||
        !share_interface(other.settings, service.settings))
      continue;
    report(old, service,
           fmt::format("{} is the address of {} on the same interface, too: start only one of these services",
                       service.settings.address.text(), title(other)),
           true);
    return;
  }
}

// Those of one service, or all. True: there is more than notes.
bool print_problems(const OldConfiguration& old, const std::string& only) {
  std::vector<const OldProblem*> printed;
  for (const OldProblem& problem : old.problems) {
    if (only.empty() || problem.services.contains(only)) printed.push_back(&problem);
  }
  std::stable_sort(printed.begin(), printed.end(), [](const OldProblem* a, const OldProblem* b) {
    return std::tie(a->problem.file, a->problem.line, a->problem.column) <
           std::tie(b->problem.file, b->problem.line, b->problem.column);
  });
  std::vector<config::Problem> problems;
  for (const OldProblem* one : printed) problems.push_back(one->problem);
  fmt::print(stderr, "{}", config::report(problems));
  return std::any_of(printed.begin(), printed.end(), [](const OldProblem* one) { return !one->note; });
}

int fail(const std::string& message, int status) {
  fmt::print(stderr, "vblade: {}\n", message);
  return status;
}

// What is on standard output counts only when it arrived there.
int finish(int status) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  return fail("standard output cannot be written", kUnreadable);
}

int import_as_one(OldConfiguration& old, const ImportOld& task) {
  const std::string yaml = yaml_of(old, task.from);
  for (std::size_t i = 0; i < old.parts.size(); ++i) {
    if (old.parts[i].service) note_missing_file(old, *old.parts[i].service);
  }
  fmt::print("{}", yaml);
  const bool any = std::any_of(old.parts.begin(), old.parts.end(),
                               [](const OldPart& part) { return part.service.has_value(); });
  const bool left = print_problems(old, "");
  if (!any && !left)
    fmt::print(stderr, "{}: note: it sets no export: there is nothing to import\n", task.from.string());
  return finish(left ? kSomeLeft : kAllImported);
}

// The service's own configuration, next to that of the service vblade.
std::filesystem::path file_of(const ImportOld& task, const std::string& name) {
  return task.into / fmt::format("vblade.{}.yaml", name);
}

bool is_service_name(const std::string& name) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  return !name.empty() && kLetters.contains(name.front()) &&
         name.find_first_not_of(std::string(kLetters) + ".-") == name.npos;
}

// False: it is not there, and a message says why.
bool write_service(OldConfiguration& old, std::size_t index, const ImportOld& task) {
  const OldService service = *old.parts[index].service;
  if (!is_service_name(service.name)) {
    report(old, service,
           fmt::format("'{}' cannot be the name of a service: rename it to letters, digits, '.', '_' and '-'",
                       service.name),
           false);
    return false;
  }
  const std::filesystem::path file = file_of(task, service.name);
  auto fresh = base::FileReplacement::write(file, yaml_of_service(old, index), {});
  const auto made = fresh ? fresh->put_in_free_place() : std::unexpected(fresh.error());
  if (!made) {
    fail(made.error().message, kSomeLeft);
    return false;
  }
  if (!*made) {
    fmt::print(stderr, "{}: note: exists already and is left as it is\n", file.string());
    return true;
  }
  fmt::print("{}\n", file.string());
  note_missing_file(old, service);
  note_second_address(old, service);
  return true;
}

int import_each(OldConfiguration& old, const ImportOld& task) {
  bool found = false, written = true;
  for (std::size_t i = 0; i < old.parts.size(); ++i) {
    if (!old.parts[i].service || (!task.only.empty() && old.parts[i].service->name != task.only)) continue;
    found = true;
    written = write_service(old, i, task) && written;
  }
  const bool left = print_problems(old, task.only);
  if (task.only.empty()) return finish(left || !written ? kSomeLeft : kAllImported);
  if (!found && !left)
    return finish(
        fail(fmt::format("'{}' has no export for the service vblade.{}: write {}, or set config_{} there",
                         task.from.string(), task.only, file_of(task, task.only).string(), task.only),
             kSomeLeft));
  return finish(found && written ? kAllImported : kSomeLeft);
}

}  // namespace

std::string yaml_of(OldConfiguration& old, const std::filesystem::path& from) {
  refuse_second_addresses(old);
  refuse_second_paths(old);
  std::string head =
      commented("Imported by vblade --import from " + from.string() + ". See vblade.yaml(5).", "");
  std::string body;
  bool any = false, flushes = false;
  for (const OldPart& part : old.parts) {
    body += part.service ? imported(part) : kept(part);
    any = any || part.service;
    flushes = flushes || (part.service && part.service->settings.sync == config::Sync::flush);
  }
  if (flushes) head += kAboutSync;
  return head + (any ? "exports:\n" : "exports: []\n") + body;
}

std::string yaml_of_service(const OldConfiguration& old, std::size_t part) {
  const OldService& service = *old.parts[part].service;
  std::string text =
      commented(fmt::format("The export of the service vblade.{0}, imported by vblade --import from\n"
                            "{1}.\n"
                            "Edit it at any time: vblade.{0} is served from this file alone, which no "
                            "import\n"
                            "changes again. See vblade.yaml(5).",
                            service.name, source_of(service)),
                "");
  if (service.settings.sync == config::Sync::flush) text += kAboutSync;
  text += "exports:\n";
  std::size_t first = part;
  while (first > 0 && is_comment(old.parts[first - 1])) --first;
  for (; first < part; ++first) text += kept(old.parts[first]);
  return text + imported(old.parts[part]);
}

int import_old(const ImportOld& task) {
  std::error_code reason;
  if (!task.into.empty() && !std::filesystem::is_directory(task.into, reason))
    return fail(fmt::format("'{}' is not a directory: --into needs one", task.into.string()), kUnreadable);
  if (!task.only.empty()) {
    if (!is_service_name(task.only))
      return fail(
          fmt::format("'{}' cannot be the name of a service: --only takes NAME of vblade.NAME", task.only),
          kUnreadable);
    // Also without the old file, which the administrator may have removed since.
    const auto file = file_of(task, task.only);
    if (std::filesystem::exists(std::filesystem::symlink_status(file, reason))) {
      fmt::print(stderr, "{}: note: exists already and is left as it is\n", file.string());
      return kAllImported;
    }
  }
  auto old = read_old_configuration(task.from);
  if (!old) return fail(old.error().message, kUnreadable);
  return task.into.empty() ? import_as_one(*old, task) : import_each(*old, task);
}

}  // namespace vblade
