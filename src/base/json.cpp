#include "base/json.h"

#include "base/printable.h"

#include <algorithm>
#include <type_traits>

#include <nlohmann/json.hpp>

namespace base {

namespace {

using Foreign = nlohmann::ordered_json;

constexpr std::size_t kMaxLevels = 64;

// Builds the value while the text is read, so that text from outside takes no more of the stack than
// kMaxLevels.
class Builder : public nlohmann::json_sax<Foreign> {
 public:
  Json take() { return std::move(root_); }

  bool null() override { return put({}); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t number) override { return put(number); }
  bool number_unsigned(number_unsigned_t number) override { return put(number); }
  bool number_float(number_float_t number, const string_t&) override { return put(number); }
  bool string(string_t& text) override { return put(std::move(text)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::Fields()); }
  bool start_array(std::size_t) override { return open(Json::List()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    open_.back().name = std::move(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  // A list or fields that have not ended, and the name of the field that comes next.
  struct Level {
    Json::List items;
    Json fields;
    std::string name;
    bool has_fields = false;
  };

  bool put(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().has_fields) {
      open_.back().fields.set(open_.back().name, std::move(value));
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }
  bool open(Json empty) {
    if (open_.size() == kMaxLevels) return false;
    const bool has_fields = empty.is_fields();
    open_.push_back({.items = {}, .fields = std::move(empty), .name = {}, .has_fields = has_fields});
    return true;
  }
  bool close() {
    Level ended = std::move(open_.back());
    open_.pop_back();
    return put(ended.has_fields ? std::move(ended.fields) : Json(std::move(ended.items)));
  }

  Json root_;
  std::vector<Level> open_;
};

std::string dump(const Foreign& value, int indent) {
  return legible_json(value.dump(indent, ' ', false, Foreign::error_handler_t::replace));
}

}  // namespace

// Here, where Field is known; and not in every file that includes the header: GCC 12 warns of a moved variant
// there that it takes for uninitialized.
Json::Json() = default;
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

struct Json::Writer {
  static Foreign foreign(const Json& value) {
    return std::visit([](const auto& held) { return of(held); }, value.value_);
  }

 private:
  static Foreign of(std::monostate) { return nullptr; }
  static Foreign of(const List& items) {
    Foreign list = Foreign::array();
    for (const Json& item : items) list.push_back(foreign(item));
    return list;
  }
  static Foreign of(const Fields& fields) {
    Foreign object = Foreign::object();
    for (const auto& [name, value] : fields) object[name] = foreign(value);
    return object;
  }
  static Foreign of(const auto& simple) { return simple; }
};

std::string Json::text() const {
  return dump(Writer::foreign(*this), -1);
}

std::string Json::indented_text() const {
  return dump(Writer::foreign(*this), 2);
}

Result<Json> Json::parse(std::string_view text) {
  Builder builder;
  if (!Foreign::sax_parse(text, &builder)) return fail("this is not JSON");
  return builder.take();
}

bool Json::as_bool() const {
  const bool* value = std::get_if<bool>(&value_);
  return value != nullptr && *value;
}

std::uint64_t Json::as_number() const {
  if (const auto* number = std::get_if<std::uint64_t>(&value_)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value_))
    return static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
  const double number = as_real();
  return number >= 0 && number < 0x1p64 ? static_cast<std::uint64_t>(number) : 0;
}

double Json::as_real() const {
  return std::visit(
      [](const auto& value) {
        using Value = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
          return static_cast<double>(value);
        } else {
          return 0.0;
        }
      },
      value_);
}

const std::string& Json::as_text() const {
  static const std::string kNone;
  const auto* text = std::get_if<std::string>(&value_);
  return text != nullptr ? *text : kNone;
}

const Json::List& Json::items() const {
  static const List kNone;
  const auto* items = std::get_if<List>(&value_);
  return items != nullptr ? *items : kNone;
}

const Json::Fields& Json::fields() const {
  static const Fields kNone;
  const auto* fields = std::get_if<Fields>(&value_);
  return fields != nullptr ? *fields : kNone;
}

const Json& Json::operator[](std::string_view name) const {
  static const Json kNone;
  const auto& all = fields();
  const auto found = std::ranges::find(all, name, &Field::name);
  return found != all.end() ? found->value : kNone;
}

void Json::set(std::string_view name, Json value) {
  if (!is_fields()) value_ = Fields();
  auto& all = std::get<Fields>(value_);
  const auto found = std::ranges::find(all, name, &Field::name);
  if (found != all.end()) {
    found->value = std::move(value);
  } else {
    all.push_back({std::string(name), std::move(value)});
  }
}

}  // namespace base
