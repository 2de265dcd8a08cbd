#include "aoe_mount/work/work.h"

#include "base/number.h"

#include <array>
#include <string_view>

namespace aoe_mount {

std::vector<std::string> Assemble::words() const {
  std::vector<std::string> words{"mdadm", "--assemble"};
  // With listed members mdadm starts nothing degraded unless told to; without, it looks in mdadm.conf, and
  // does.
  if (members.empty()) words.emplace_back("--scan");
  if (degraded) words.emplace_back("--run");
  if (!degraded && members.empty()) words.emplace_back("--no-degraded");
  words.push_back(path);
  words.insert(words.end(), members.begin(), members.end());
  return words;
}

// Fields end in NUL, which none of them can hold.
std::string pack(const Outcome& outcome) {
  std::string text;
  for (const std::string& field :
       {std::string(outcome.done ? "1" : "0"), std::to_string(outcome.code), outcome.text, outcome.found.type,
        outcome.found.uuid, outcome.found.label, outcome.found.partition_table, outcome.found.part_uuid,
        outcome.found.part_label, std::to_string(outcome.total_bytes), std::to_string(outcome.used_bytes)}) {
    text += field;
    text += '\0';
  }
  return text;
}

bool unpack(const std::string& text, Outcome& outcome) {
  std::array<std::string_view, 11> fields;
  std::string_view rest = text;
  for (auto& field : fields) {
    const std::size_t end = rest.find('\0');
    if (end == std::string_view::npos) return false;
    field = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  outcome.done = fields[0] == "1";
  outcome.code = static_cast<int>(base::parse_number(fields[1]).value_or(0));
  outcome.text = fields[2];
  outcome.found = {std::string(fields[3]), std::string(fields[4]), std::string(fields[5]),
                   std::string(fields[6]), std::string(fields[7]), std::string(fields[8])};
  outcome.total_bytes = base::parse_number(fields[9]).value_or(0);
  outcome.used_bytes = base::parse_number(fields[10]).value_or(0);
  return true;
}

}  // namespace aoe_mount
