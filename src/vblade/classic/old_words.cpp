#include "vblade/classic/old_words.h"

#include "base/printable.h"
#include "config/text_check.h"
#include "config/value_check.h"
#include "vblade/classic/classic_form.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

namespace vblade {

namespace {

using base::shown;

// What keeps a word from meaning here what it meant to the shell that split the value.
std::optional<std::string> fault_of(const OldWord& word) {
  const std::string_view line = word.text;
  if (const auto bad = config::find_bad_text({&line, 1})) return bad->message;
  if (word.expanded && line.find_first_of("*?[") != std::string::npos)
    return fmt::format("'{}' is a pattern, which a shell replaces by names: write the name itself",
                       shown(line));
  return std::nullopt;
}

std::optional<OldWordFault> fault_of(const config::Export& one, const std::vector<OldWord>& words) {
  const OldWord& netif = words[words.size() - 2];
  for (const std::string& name : one.interfaces) {
    if (const auto fault = config::check_interface_name(name)) return OldWordFault{netif.offset, *fault};
  }
  const OldWord& path = words.back();
  if (const auto fault = config::check_absolute_path(path.text)) return OldWordFault{path.offset, *fault};
  return std::nullopt;
}

}  // namespace

std::vector<OldWord> split_value(std::string_view value, std::span<const std::size_t> offsets) {
  std::vector<OldWord> words;
  for (std::size_t at = value.find_first_not_of(" \t\n"); at < value.size();) {
    const std::size_t end = std::min(value.find_first_of(" \t\n", at), value.size());
    words.push_back({std::string(value.substr(at, end - at)), offsets[at], true});
    at = value.find_first_not_of(" \t\n", end);
  }
  return words;
}

std::expected<config::Export, OldWordFault> export_of(const std::vector<OldWord>& words) {
  std::vector<std::string> texts;
  for (const OldWord& word : words) {
    if (const auto fault = fault_of(word)) return std::unexpected(OldWordFault{word.offset, *fault});
    texts.push_back(word.text);
  }
  auto task = read_classic_form(texts, "/");
  const std::size_t begin = words.empty() ? 0 : words.front().offset;
  if (!task) return std::unexpected(OldWordFault{begin, task.error().message});
  config::Export one = task->server.exports.front();
  if ((std::filesystem::path("/") / words.back().text).lexically_normal() != one.path)
    return std::unexpected(OldWordFault{
        words.back().offset, fmt::format("'{}' is behind the FILE, where the old service passed over it: "
                                         "write options first",
                                         shown(words.back().text))});
  if (auto fault = fault_of(one, words)) return std::unexpected(*fault);
  for (const base::MacAddress& mac : task->mask) {
    if (mac.is_group() || mac.is_zero())
      return std::unexpected(
          OldWordFault{begin, fmt::format("{} is not an address of a host: leave it out", mac.text())});
  }
  one.force = task->force;
  one.access.read = one.access.write = one.access.configure = aoe::Hosts::of_protocol_list(task->mask);
  return one;
}

}  // namespace vblade
