// Json: a value that scripts read, with its fields in the order in which they were named. nlohmann's library,
// whose templates cost seconds to compile, stays behind this header.
//
//   const Json disk = Json::Fields{{"device", "e1.0"}, {"bytes", 512}, {"mac",
//   std::optional<std::string>()}}; disk.text()                   {"device":"e1.0","bytes":512,"mac":null}
//   disk["bytes"].as_number()     512
#pragma once

#include "base/result.h"

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace base {

class Json {
 public:
  struct Field;
  using List = std::vector<Json>;
  using Fields = std::vector<Field>;

  Json();  // null
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();
  template <std::same_as<bool> Bool>
  Json(Bool value) : value_(value) {}
  template <std::signed_integral Number>
  Json(Number number) : value_(std::int64_t{number}) {}
  template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>)
  Json(Number number) : value_(std::uint64_t{number}) {}
  Json(double number) : value_(number) {}
  Json(std::string text) : value_(std::move(text)) {}
  Json(std::string_view text) : value_(std::string(text)) {}
  Json(const char* text) : value_(std::string(text)) {}
  Json(List list) : value_(std::move(list)) {}
  Json(Fields fields);
  template <class Value>
  Json(const std::optional<Value>& value) {
    if (value) *this = Json(*value);
  }

  // A list of what `convert` makes of each of `values`.
  template <class Values, class Convert = std::identity>
  static Json list_of(const Values& values, Convert convert = {}) {
    List list;
    for (const auto& value : values) list.emplace_back(std::invoke(convert, value));
    return list;
  }

  // One line, without its end. Bytes that are not UTF-8 become U+FFFD.
  std::string text() const;
  // A line for each value, indented by two, without the last line's end.
  std::string indented_text() const;
  // Fails when `text` is not exactly one value, or one of more than 64 levels.
  static Result<Json> parse(std::string_view text);

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_text() const { return std::holds_alternative<std::string>(value_); }
  bool is_list() const { return std::holds_alternative<List>(value_); }
  bool is_fields() const { return std::holds_alternative<Fields>(value_); }
  bool is_whole_number() const {
    return std::holds_alternative<std::int64_t>(value_) || std::holds_alternative<std::uint64_t>(value_);
  }

  // A value of another kind gives false, 0, "", or nothing. as_number() of a number below 0 is 0, and a
  // fraction is cut off.
  bool as_bool() const;
  std::uint64_t as_number() const;
  double as_real() const;
  const std::string& as_text() const;
  const List& items() const;
  const Fields& fields() const;

  // The field of this name; null when there is none.
  const Json& operator[](std::string_view name) const;
  // Adds or replaces it. What is not Fields becomes so.
  void set(std::string_view name, Json value);

 private:
  struct Writer;

  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, List, Fields> value_;
};

struct Json::Field {
  std::string name;
  Json value;
};

inline Json::Json(Fields fields) : value_(std::move(fields)) {}

}  // namespace base
