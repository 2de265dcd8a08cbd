// The keys that a map may hold, as rows of a table: name, kind of value and its limits, where it goes.
//
//   const std::vector<Key<Draft>> kKeys = {
//       {"slot", number(&Draft::slot, 0, 254)},
//       {"read-only", flag(&Draft::read_only)},
//   };
//   read_map(reader, node, kKeys, draft);
//
// A new key is a new row. Unknown keys, keys that stand twice and values that do not fit are reported with
// their place; reading goes on, so that one run tells all that is wrong.
#pragma once

#include "base/mac_address.h"
#include "config/reader.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace config {

// A key's value and where it was written. Given without a value: it was wrong, and has been reported.
template <class T>
struct Given {
  std::optional<T> value;
  SourcePosition place;
  bool given = false;

  const T& or_else(const T& fallback) const { return value ? *value : fallback; }
  T or_default() const { return value.value_or(T{}); }
};

template <class Target>
struct Key {
  std::string_view name;
  std::function<void(Reader&, const Node&, Target&)> read;
};

template <class Target>
void read_map(Reader& reader, const Node& node, const std::vector<Key<Target>>& keys, Target& target) {
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const auto& key : keys) names.push_back(key.name);
  reader.each_key(node, names,
                  [&](std::size_t row, const Node& value) { keys[row].read(reader, value, target); });
}

// A row's reader: whatever `parse` makes of the value goes to `member`.
template <class Target, class T, class Parse>
auto into(Given<T> Target::* member, Parse parse) {
  return [member, parse = std::move(parse)](Reader& reader, const Node& node, Target& target) {
    Given<T>& slot = target.*member;
    slot.given = true;
    slot.place = node.place;
    slot.value = parse(reader, node);
  };
}

template <class Target, class T>
auto number(Given<T> Target::* member, std::uint64_t least,
            std::uint64_t most = std::numeric_limits<T>::max()) {
  return into(member, [least, most](Reader& reader, const Node& node) -> std::optional<T> {
    const auto value = reader.number(node, least, most);
    if (!value) return std::nullopt;
    return static_cast<T>(*value);
  });
}

template <class Target>
auto flag(Given<bool> Target::* member) {
  return into(member, [](Reader& reader, const Node& node) { return reader.flag(node); });
}

template <class Target>
auto text(Given<std::string> Target::* member, Reader::TextCheck check = nullptr) {
  return into(member, [check](Reader& reader, const Node& node) { return reader.text(node, check); });
}

template <class Target>
auto texts(Given<std::vector<std::string>> Target::* member, Reader::TextCheck check = nullptr) {
  return into(member, [check](Reader& reader, const Node& node) { return reader.texts(node, check); });
}

template <class Target>
auto size(Given<std::uint64_t> Target::* member, std::uint64_t least) {
  return into(member, [least](Reader& reader, const Node& node) { return reader.size(node, least); });
}

template <class Target>
auto duration(Given<std::chrono::milliseconds> Target::* member, std::chrono::milliseconds least,
              std::chrono::milliseconds most) {
  return into(member,
              [least, most](Reader& reader, const Node& node) { return reader.duration(node, least, most); });
}

template <class Target, class T>
auto choice(Given<T> Target::* member, std::initializer_list<std::pair<std::string_view, T>> choices) {
  return into(member, [rows = std::vector(choices)](Reader& reader, const Node& node) -> std::optional<T> {
    std::vector<std::string_view> names;
    for (const auto& row : rows) names.push_back(row.first);
    const auto row = reader.choice(node, names);
    if (!row) return std::nullopt;
    return rows[*row].second;
  });
}

}  // namespace config
