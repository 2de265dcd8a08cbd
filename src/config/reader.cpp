#include "config/reader.h"

#include "base/number.h"
#include "base/spelling.h"
#include "base/units.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace config {

// One step down the tree, and back up when the scope ends.
class Reader::Step {
 public:
  Step(std::string& path, std::string_view key) : path_(path), length_(path.size()) {
    if (!path.empty()) path += '.';
    path += shown(key);
  }
  Step(std::string& path, std::size_t index) : path_(path), length_(path.size()) {
    path += fmt::format("[{}]", index);
  }
  ~Step() { path_.resize(length_); }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  std::string& path_;
  std::size_t length_;
};

namespace {

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Kind::list:
      return "a list";
    case Kind::map:
      return "key: value";
    case Kind::text:
      return "text";
    default:
      return "nothing";
  }
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

}  // namespace

void Reader::problem(SourcePosition place, std::string_view message) {
  problem(place, "", message);
}

void Reader::problem(SourcePosition place, std::string_view key, std::string_view message) {
  std::string where = path_;
  if (!where.empty() && !key.empty()) where += '.';
  where += key;
  document_.add_problem(place, where.empty() ? std::string(message) : fmt::format("{}: {}", where, message));
}

bool Reader::expect(const Node& node, Kind kind, std::string_view needed) {
  if (node.kind == kind) return true;
  if (node.kind == Kind::refused) return false;
  if (node.kind == Kind::nothing) {
    problem(node.place, fmt::format("has no value: expected {}", needed));
  } else if (node.kind == Kind::text) {
    problem(node.place, fmt::format("expected {}, found '{}'", needed, shown(node.text)));
  } else {
    problem(node.place, fmt::format("expected {}, found {}", needed, kind_name(node)));
  }
  return false;
}

void Reader::each_key(const Node& node, std::span<const std::string_view> names,
                      const std::function<void(std::size_t, const Node&)>& read) {
  if (!expect(node, Kind::map, "key: value")) return;
  std::unordered_map<std::string_view, SourcePosition> seen;
  for (const Entry& entry : node.entries) {
    const Step step(path_, entry.key);
    const auto [earlier, is_new] = seen.emplace(entry.key, entry.place);
    if (!is_new) {
      problem(entry.place, fmt::format("duplicate key: first in line {}", earlier->second.line));
      continue;
    }
    const auto row = std::find(names.begin(), names.end(), entry.key);
    if (row != names.end()) {
      read(static_cast<std::size_t>(row - names.begin()), entry.value);
    } else if (entry.key == "<<") {
      problem(entry.place, "merge keys are not accepted: write the keys out");
    } else if (const std::string_view meant = base::nearest(entry.key, names); !meant.empty()) {
      problem(entry.place, fmt::format("unknown key: did you mean '{}'?", meant));
    } else {
      problem(entry.place, fmt::format("unknown key: known here are {}", fmt::join(names, ", ")));
    }
  }
}

template <class T, class Read>
std::optional<std::vector<T>> Reader::one_or_more(const Node& node, Read read) {
  std::vector<T> all;
  bool good = true;
  const auto take = [&](const Node& item) {
    if (auto one = read(item)) {
      all.push_back(std::move(*one));
    } else {
      good = false;
    }
  };
  if (node.kind == Kind::text) {
    take(node);
  } else {
    good = node.kind == Kind::list;
    each_item(node, [&](std::size_t, const Node& item) { take(item); });
  }
  if (!good) return std::nullopt;
  return all;
}

void Reader::each_item(const Node& node, const std::function<void(std::size_t, const Node&)>& read) {
  if (!expect(node, Kind::list, "a list ('- ...')")) return;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Step step(path_, i);
    read(i, node.items[i]);
  }
}

void Reader::read_at(std::string_view key, const std::function<void()>& read) {
  const Step step(path_, key);
  read();
}

std::optional<std::uint64_t> Reader::number(const Node& node, std::uint64_t least, std::uint64_t most) {
  const std::string needed = fmt::format("a number in {}..{}", least, most);
  if (!expect(node, Kind::text, needed)) return std::nullopt;
  const bool digits =
      !node.text.empty() && std::all_of(node.text.begin() + (node.text[0] == '-' ? 1 : 0), node.text.end(),
                                        [](char c) { return c >= '0' && c <= '9'; });
  if (node.quoted || !digits) {
    problem(node.place, fmt::format("'{}' is not {}{}", shown(node.text), needed,
                                    node.quoted && digits ? ": leave the quotes out" : ""));
    return std::nullopt;
  }
  const auto value = base::parse_number(node.text);
  if (!value || *value < least || *value > most) {
    problem(node.place, fmt::format("{} is not in {}..{}", shown(node.text), least, most));
    return std::nullopt;
  }
  return value;
}

std::optional<bool> Reader::flag(const Node& node) {
  if (!expect(node, Kind::text, "true or false")) return std::nullopt;
  if (!node.quoted) {
    for (const std::string_view yes : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"}) {
      if (node.text == yes) return true;
    }
    for (const std::string_view no : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"}) {
      if (node.text == no) return false;
    }
  }
  problem(node.place, fmt::format("'{}' is neither true nor false{}", shown(node.text),
                                  node.quoted ? ": leave the quotes out" : ""));
  return std::nullopt;
}

std::optional<std::string> Reader::text(const Node& node, TextCheck check) {
  if (!expect(node, Kind::text, "text")) return std::nullopt;
  if (node.text.empty()) {
    problem(node.place, "is empty");
    return std::nullopt;
  }
  if (has_control_character(node.text)) {
    problem(node.place, fmt::format("'{}' holds a control character", shown(node.text)));
    return std::nullopt;
  }
  if (check != nullptr) {
    if (const auto fault = check(node.text)) {
      problem(node.place, *fault);
      return std::nullopt;
    }
  }
  return node.text;
}

std::optional<std::vector<std::string>> Reader::texts(const Node& node, TextCheck check) {
  return one_or_more<std::string>(node, [&](const Node& item) { return text(item, check); });
}

std::optional<std::uint64_t> Reader::size(const Node& node, std::uint64_t least) {
  if (!expect(node, Kind::text, "a size, as in 64KiB, 1MiB or 10GiB")) return std::nullopt;
  const auto bytes = base::parse_size(shown(node.text));
  if (!bytes) {
    problem(node.place, bytes.error().message);
    return std::nullopt;
  }
  if (*bytes < least) {
    problem(node.place, fmt::format("{} is less than {} bytes", shown(node.text), least));
    return std::nullopt;
  }
  if (*bytes % base::kSectorBytes != 0) {
    problem(node.place, fmt::format("{} is {} bytes, not a multiple of {}", shown(node.text), *bytes,
                                    base::kSectorBytes));
    return std::nullopt;
  }
  return *bytes;
}

std::optional<std::chrono::milliseconds> Reader::duration(const Node& node, std::chrono::milliseconds least,
                                                          std::chrono::milliseconds most) {
  if (!expect(node, Kind::text, "a time, as in 250ms, 30s or 5m")) return std::nullopt;
  const auto time = base::parse_duration(shown(node.text));
  if (!time) {
    problem(node.place, time.error().message);
    return std::nullopt;
  }
  if (*time < least || *time > most) {
    problem(node.place, fmt::format("{} is not in {}..{}", shown(node.text), base::duration_text(least),
                                    base::duration_text(most)));
    return std::nullopt;
  }
  return *time;
}

std::optional<base::MacAddress> Reader::mac(const Node& node) {
  const auto word = text(node);
  if (!word) return std::nullopt;
  if (const auto host = hosts_.find(*word); host != hosts_.end()) return host->second;
  const auto address = base::MacAddress::parse(shown(*word));
  if (!address) {
    problem(node.place, address.error().message + ", or a name that /etc/ethers has");
    return std::nullopt;
  }
  if (address->is_group() || address->is_zero()) {
    problem(node.place, fmt::format("{} is not an address of a host", address->text()));
    return std::nullopt;
  }
  return *address;
}

std::optional<std::vector<base::MacAddress>> Reader::macs(const Node& node) {
  return one_or_more<base::MacAddress>(node, [&](const Node& item) { return mac(item); });
}

std::optional<std::size_t> Reader::choice(const Node& node, std::span<const std::string_view> names) {
  const std::string needed = fmt::format("one of {}", fmt::join(names, ", "));
  if (!expect(node, Kind::text, needed)) return std::nullopt;
  const auto row = std::find(names.begin(), names.end(), node.text);
  if (row != names.end()) return static_cast<std::size_t>(row - names.begin());
  const std::string_view meant = base::nearest(node.text, names);
  problem(node.place, fmt::format("'{}' is not {}{}", shown(node.text), needed,
                                  meant.empty() ? "" : fmt::format(": did you mean '{}'?", meant)));
  return std::nullopt;
}

}  // namespace config
