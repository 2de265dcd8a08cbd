#include "config/list_edit.h"

#include "config/source_text.h"
#include "config/yaml_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace config {

namespace {

constexpr std::size_t kIndent = 2;

// The entry of a Node, const or not; null without one.
auto* find_entry(auto& map, std::string_view key) {
  const auto entry =
      std::find_if(map.entries.begin(), map.entries.end(), [&](const Entry& e) { return e.key == key; });
  return entry == map.entries.end() ? nullptr : &*entry;
}

bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.text != b.text) return false;
  return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), same) &&
         std::equal(a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(),
                    [](const Entry& x, const Entry& y) { return x.key == y.key && same(x.value, y.value); });
}

std::string yaml_value(const Node& value) {
  if (value.kind == Kind::text) return yaml_text(value.text);
  std::string list;
  for (const Node& one : value.items) list += (list.empty() ? "" : ", ") + yaml_text(one.text);
  return "[" + list + "]";
}

std::string in_braces(const Node& item) {
  std::string text;
  for (const Entry& entry : item.entries)
    text += fmt::format("{}{}: {}", text.empty() ? "{" : ", ", entry.key, yaml_value(entry.value));
  return text + "}";
}

// One key a line behind a dash.
std::string in_lines(const Node& item, std::size_t indent, std::string_view line_end) {
  std::string text;
  for (const Entry& entry : item.entries) {
    text += fmt::format("{:{}}{}{}: {}{}", "", indent, text.empty() ? "- " : "  ", entry.key,
                        yaml_value(entry.value), line_end);
  }
  return text;
}

// One list in the text.
class Editor {
 public:
  Editor(const Document& document, std::string_view list)
      : document_(document), list_(list), entry_(find_entry(document.root(), list)), text_(document.text()) {}

  base::Result<std::string> add(const Node& item) {
    const Node& root = document_.root();
    if (root.kind == Kind::nothing) {
      text_.append(text_.bytes().empty() ? "" : text_.line_end());
      append_list(item, 0);
    } else if (entry_ == nullptr) {
      if (text_.at(root.place) == '{')
        return base::fail("has no {} and is written in braces: add '{}: []' first", list_, list_);
      append_list(item, column(root.entries.front().place));
    } else if (entry_->value.items.empty()) {
      replace_brackets(item);
    } else if (in_brackets()) {
      append_in_brackets(item);
    } else {
      append_in_lines(item);
    }
    Node wanted = root;
    if (wanted.kind == Kind::nothing) wanted.kind = Kind::map;
    if (entry_ == nullptr) wanted.entries.push_back({list_, {}, {}});
    list_of(wanted).kind = Kind::list;
    list_of(wanted).items.push_back(item);
    return checked(wanted);
  }

  base::Result<std::string> remove(std::size_t index) {
    if (in_brackets()) {
      remove_in_brackets(index);
    } else {
      remove_in_lines(index);
    }
    Node wanted = document_.root();
    auto& items = list_of(wanted).items;
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(index));
    return checked(wanted);
  }

 private:
  static std::size_t column(SourcePosition place) { return static_cast<std::size_t>(place.column) - 1; }
  const Node& items_node() const { return entry_->value; }
  bool in_brackets() const { return text_.at(items_node().place) == '['; }
  Node& list_of(Node& root) const { return find_entry(root, list_)->value; }

  // What was made must say what was meant: YAML can be written in more ways than this knows.
  base::Result<std::string> checked(const Node& wanted) const {
    std::string result = text_.result();
    const Document made = Document::parse(document_.file(), result);
    if (made.problems().empty() && same(made.root(), wanted)) return result;
    return base::fail("has a layout that cannot be edited here: edit it by hand");
  }

  void append_list(const Node& item, std::size_t indent) {
    text_.append(fmt::format("{:{}}{}:{}", "", indent, list_, text_.line_end()));
    text_.append(in_lines(item, indent + kIndent, text_.line_end()));
  }

  // "mounts: []": its brackets go, and the item comes below.
  void replace_brackets(const Node& item) {
    const std::size_t open = text_.offset(items_node().place);
    const std::size_t end = text_.end_of_brackets(open);
    if (text_.at(document_.root().place) == '{') {
      text_.insert(open + 1, in_braces(item));
      return;
    }
    text_.cut(text_.bytes().find_last_not_of(' ', open - 1) + 1, end);
    text_.insert_line(text_.line_of(end), in_lines(item, column(entry_->place) + kIndent, text_.line_end()));
  }

  void append_in_brackets(const Node& item) {
    const std::size_t start = text_.offset(items_node().items.back().place);
    const std::size_t end = text_.end_of_brackets(start);
    const std::size_t comma = text_.comma_behind(end);
    const bool has_comma = comma != std::string_view::npos;
    const bool own_line = text_.begins_line(start) && text_.ends_line(has_comma ? comma + 1 : end);
    if (!own_line) {
      text_.insert(end, ", " + in_braces(item));
      return;
    }
    if (!has_comma) text_.insert(end, ",");
    text_.insert_line(text_.line_of(end),
                      fmt::format("{:{}}{}{}{}", "", column(items_node().items.back().place), in_braces(item),
                                  has_comma ? "," : "", text_.line_end()));
  }

  void append_in_lines(const Node& item) {
    const std::size_t indent = column(items_node().place);
    const bool braces = text_.at(items_node().items.back().place) == '{';
    text_.insert_line(last_line(items_node().items.size() - 1),
                      braces ? fmt::format("{:{}}- {}{}", "", indent, in_braces(item), text_.line_end())
                             : in_lines(item, indent, text_.line_end()));
  }

  void remove_in_brackets(std::size_t index) {
    const auto& items = items_node().items;
    const std::size_t start = text_.offset(items[index].place);
    const std::size_t end = text_.end_of_brackets(start);
    std::size_t comma = text_.comma_behind(end);
    const bool has_comma = comma != std::string_view::npos;
    if (!has_comma && index > 0)
      comma = text_.comma_behind(text_.end_of_brackets(text_.offset(items[index - 1].place)));
    if (comma != std::string_view::npos) text_.cut(comma, comma + 1);
    if (text_.begins_line(start) && text_.ends_line(has_comma ? comma + 1 : end)) {
      text_.cut_lines(text_.line_of(start), text_.line_of(end));
    } else if (has_comma) {
      text_.cut(start, std::min(text_.bytes().find_first_not_of(' ', comma + 1), text_.bytes().size()));
    } else {
      text_.cut(
          index > 0 && !text_.begins_line(start) ? text_.bytes().find_last_not_of(' ', start - 1) + 1 : start,
          end);
    }
  }

  void remove_in_lines(std::size_t index) {
    text_.cut_lines(dash_line(index), last_line(index));
    if (items_node().items.size() == 1)
      text_.insert(text_.bytes().find(':', text_.offset(entry_->place)) + 1, " []");
  }

  // Where the item's dash is: it may stand alone, above.
  int dash_line(std::size_t index) const {
    const SourcePosition list = items_node().place;
    int line = items_node().items[index].place.line;
    while (line > list.line && (text_.indent(line) != column(list) || text_.at({line, list.column}) != '-'))
      --line;
    return line;
  }

  int last_line(std::size_t index) const {
    const auto& items = items_node().items;
    if (index + 1 < items.size()) return text_.last_content_above(dash_line(index + 1));
    const auto& entries = document_.root().entries;
    const auto next = static_cast<std::size_t>(entry_ - entries.data()) + 1;
    return text_.last_content_above(next < entries.size() ? entries[next].place.line : text_.lines() + 1);
  }

  const Document& document_;
  std::string list_;
  const Entry* entry_;
  SourceText text_;
};

}  // namespace

base::Result<std::string> with_item(const Document& document, std::string_view list, const Node& item) {
  return Editor(document, list).add(item);
}

base::Result<std::string> without_item(const Document& document, std::string_view list, std::size_t index) {
  return Editor(document, list).remove(index);
}

}  // namespace config
