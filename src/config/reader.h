// Reader: values out of a document's tree. It knows where it stands ("exports[2].slot"), and each value that
// does not fit becomes a problem that says so. Messages name the value, the limit and the accepted form.
#pragma once

#include "base/mac_address.h"
#include "base/result.h"
#include "config/document.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace config {

class Reader {
 public:
  // What is wrong with a text, beginning with it: "'eth/1' is not ..."; nothing when it is right.
  using TextCheck = std::optional<std::string> (*)(std::string_view text);

  // `hosts`: names that may stand for MAC addresses.
  explicit Reader(Document& document, std::map<std::string, base::MacAddress> hosts = {})
      : document_(document), hosts_(std::move(hosts)) {}

  // Calls `read` with the row in `names` and the value, for each key of the map that is known.
  void each_key(const Node& node, std::span<const std::string_view> names,
                const std::function<void(std::size_t row, const Node& value)>& read);
  void each_item(const Node& node, const std::function<void(std::size_t index, const Node& item)>& read);

  // Calls `read` one key further down.
  void read_at(std::string_view key, const std::function<void()>& read);

  std::optional<std::uint64_t> number(const Node& node, std::uint64_t least, std::uint64_t most);
  std::optional<bool> flag(const Node& node);
  std::optional<std::string> text(const Node& node, TextCheck check = nullptr);
  // A list of texts, or one text for a list of one.
  std::optional<std::vector<std::string>> texts(const Node& node, TextCheck check = nullptr);
  std::optional<std::uint64_t> size(const Node& node, std::uint64_t least);  // bytes
  std::optional<std::chrono::milliseconds> duration(const Node& node, std::chrono::milliseconds least,
                                                    std::chrono::milliseconds most);
  std::optional<base::MacAddress> mac(const Node& node);
  std::optional<std::vector<base::MacAddress>> macs(const Node& node);  // a list, or one
  // Which of `names` the value is.
  std::optional<std::size_t> choice(const Node& node, std::span<const std::string_view> names);

  // A problem at `place` of what stands at the current path.
  void problem(SourcePosition place, std::string_view message);
  // The same for a key below the current path; "" is the path itself.
  void problem(SourcePosition place, std::string_view key, std::string_view message);
  bool has_problems() const { return !document_.problems().empty(); }

 private:
  class Step;

  template <class T, class Read>
  std::optional<std::vector<T>> one_or_more(const Node& node, Read read);
  // True when the node is of this kind; else says what is needed.
  bool expect(const Node& node, Kind kind, std::string_view needed);

  Document& document_;
  std::map<std::string, base::MacAddress> hosts_;
  std::string path_;  // "exports[2].slot"
};

}  // namespace config
