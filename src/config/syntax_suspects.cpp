#include "config/syntax_suspects.h"

#include "base/printable.h"
#include "base/trim.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace config {

namespace {

using base::shown;
using base::trimmed;

constexpr std::string_view kBlanks = " \t";
// What cannot begin a plain text.
constexpr std::string_view kSigns = "*&!@`%|>";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// How a line begins: blanks, the dashes of lists, a word.
struct Opening {
  std::size_t begin = 0;  // of what is not blank
  std::size_t word = 0;
  std::size_t end = 0;  // behind the word

  bool has_dash() const { return begin != word; }
  bool has_word() const { return word != end; }
};

Opening opening_of(std::string_view line) {
  Opening found;
  found.begin = std::min(line.find_first_not_of(kBlanks), line.size());
  found.word = found.begin;
  while (line.substr(found.word).starts_with("- "))
    found.word = std::min(line.find_first_not_of(kBlanks, found.word + 1), line.size());
  found.end = found.word;
  while (found.end < line.size() && is_word(line[found.end])) ++found.end;
  return found;
}

// Whether a key of a map in lines of their own begins the line.
bool begins_with_key(std::string_view line, const Opening& opening) {
  return opening.has_word() && line.substr(opening.end).starts_with(':') &&
         (opening.end + 1 == line.size() || kBlanks.contains(line[opening.end + 1]));
}

bool is_empty(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(kBlanks);
  return begin == std::string_view::npos || line[begin] == '#';
}

std::string with(std::string_view line, std::size_t at, std::string_view text) {
  return std::string(line.substr(0, at)).append(text).append(line.substr(at));
}

SourcePosition place(std::size_t line, std::size_t column) {
  return {static_cast<int>(line) + 1, static_cast<int>(column) + 1};
}

// Looks through the lines one by one, and remembers what brackets are open.
class Search {
 public:
  explicit Search(std::span<const std::string> lines) : lines_(lines) {}

  std::vector<Suspect> run(std::size_t last) {
    for (at_ = 0; at_ < lines_.size() && (at_ <= last || !open_.empty()); ++at_) {
      if (is_empty(line())) continue;
      const Opening opening = opening_of(line());
      if (!open_.empty() && begins_item(opening) && opening.begin <= indent_of_open()) miss_bracket();
      if (open_.empty()) look_at_opening(opening);
      look_at_values(opening);
      last_content_ = at_;
    }
    if (!open_.empty()) miss_bracket();
    return std::move(found_);
  }

 private:
  struct Bracket {
    std::size_t line;
    std::size_t column;
    char closes;
  };

  std::string_view line() const { return lines_[at_]; }
  bool begins_item(const Opening& opening) const {
    return opening.has_dash() || begins_with_key(line(), opening);
  }
  std::size_t indent_of_open() const { return lines_[open_.front().line].find_first_not_of(kBlanks); }

  void suspect(std::size_t column, std::string message, std::string mended) {
    found_.push_back({{place(at_, column), std::move(message)}, at_, std::move(mended)});
  }

  void miss(std::size_t column, std::string_view what, std::size_t at, std::string_view insert) {
    std::string mended = with(line(), at, insert);
    suspect(column, fmt::format("{}: write '{}'", what, shown(trimmed(mended))), mended);
  }

  bool lacks_blank_behind_dash(const Opening& opening) const {
    const std::string_view rest = line().substr(opening.word);
    return rest.size() > 1 && rest[0] == '-' && rest[1] != '-' && rest.contains(':');
  }

  // The key stays in its column, where the ones below it are.
  void miss_blank_behind_dash(std::size_t dash) {
    std::string mended = with(line(), dash + 1, " ");
    if (dash > 0 && line()[dash - 1] == ' ') mended.erase(dash - 1, 1);
    suspect(dash, fmt::format("no blank behind the dash: write '{}'", shown(trimmed(mended))), mended);
  }

  void look_at_opening(const Opening& opening) {
    const std::string_view rest = line().substr(opening.end);
    if (lacks_blank_behind_dash(opening)) {
      miss_blank_behind_dash(opening.word);
      return;
    }
    if (!opening.has_word()) return;
    if (begins_with_key(line(), opening)) {
      look_for_second_colon(opening.end + 1);
    } else if (rest.starts_with(':')) {
      miss(opening.end, "no blank behind the colon", opening.end + 1, " ");
    } else if (is_empty(rest) || (kBlanks.contains(rest[0]) && !trimmed(rest).starts_with(':'))) {
      const std::string_view key = line().substr(opening.word, opening.end - opening.word);
      miss(opening.end, fmt::format("no colon behind '{}'", shown(key)), opening.end, ":");
    }
  }

  void look_for_second_colon(std::size_t behind_key) {
    const std::size_t begin = std::min(line().find_first_not_of(kBlanks, behind_key), line().size());
    const std::size_t end = begin < line().size() ? end_of_value(begin) : begin;
    const std::string_view value = line().substr(begin, end - begin);
    if (value.empty() || std::string_view("\"'[{#").contains(value[0]) || !value.contains(": ")) return;
    suspect(begin, fmt::format("a value with a colon in it needs quotes: write \"{}\"", shown(value)),
            fmt::format("{}\"{}\"{}", line().substr(0, begin), value, line().substr(end)));
  }

  // A value begins behind a key's colon, a dash, a bracket and a comma.
  void look_at_values(const Opening& opening) {
    const bool has_key = begins_with_key(line(), opening);
    bool begins = true;
    std::size_t i = has_key ? opening.end + 1 : opening.word;
    while (i < line().size()) {
      const char c = line()[i];
      if (kBlanks.contains(c)) {
        ++i;
      } else if (c == '#' && (i == 0 || kBlanks.contains(line()[i - 1]))) {
        return;
      } else if (begins && (c == '"' || c == '\'')) {
        i = behind_quote(i);
        begins = false;
      } else if (begins && kSigns.contains(c)) {
        i = behind_sign(i);
        begins = false;
      } else {
        begins = take(i, begins);
        ++i;
      }
    }
  }

  // Whether a value may begin behind this.
  bool take(std::size_t i, bool begins) {
    const char c = line()[i];
    if (begins && (c == '[' || c == '{')) {
      open_.push_back({at_, i, c == '[' ? ']' : '}'});
      return true;
    }
    if (open_.empty()) return false;
    if (c == ']' || c == '}') open_.pop_back();
    return c == ',' || (c == ':' && i + 1 < line().size() && kBlanks.contains(line()[i + 1]));
  }

  // Where a plain value ends that begins here.
  std::size_t end_of_value(std::size_t begin) const {
    std::size_t end = std::min(line().find(" #", begin), line().size());
    if (!open_.empty()) end = std::min(line().find_first_of(",]}", begin), end);
    return line().find_last_not_of(kBlanks, end - 1) + 1;
  }

  std::size_t behind_quote(std::size_t begin) {
    const char quote = line()[begin];
    for (std::size_t i = begin + 1; i < line().size(); ++i) {
      if (quote == '"' && line()[i] == '\\') {
        ++i;
      } else if (line()[i] == quote) {
        return i + 1;
      }
    }
    const std::size_t end = end_of_value(begin);
    suspect(begin, fmt::format("this quote ({}) is not closed", quote),
            with(line(), end, std::string(1, quote)));
    return end;
  }

  std::size_t behind_sign(std::size_t begin) {
    const std::size_t end = end_of_value(begin);
    const std::string value(line().substr(begin, end - begin));
    suspect(begin,
            fmt::format("'{}' at the beginning means something else to YAML: write it in quotes, \"{}\"",
                        value[0], shown(value)),
            fmt::format("{}\"{}\"{}", line().substr(0, begin), value, line().substr(end)));
    return end;
  }

  // At the end of what probably belongs to the outermost bracket.
  void miss_bracket() {
    const Bracket& first = open_.front();
    const std::string_view before = lines_[last_content_];
    std::size_t end = std::min(before.find(" #"), before.size());
    end = before.find_last_not_of(kBlanks, end - 1) + 1;
    const std::size_t end_of_item = before.find_last_not_of(" \t,", end - 1) + 1;
    std::string closing;
    for (auto one = open_.rbegin(); one != open_.rend(); ++one) closing += one->closes;
    found_.push_back({{place(first.line, first.column),
                       fmt::format("this '{}' is not closed: a '{}' is missing behind '{}'",
                                   lines_[first.line][first.column], first.closes,
                                   shown(trimmed(before.substr(0, end_of_item))))},
                      last_content_,
                      with(before, end, closing)});
    open_.clear();
  }

  std::span<const std::string> lines_;
  std::size_t at_ = 0;
  std::size_t last_content_ = 0;
  std::vector<Bracket> open_;
  std::vector<Suspect> found_;
};

}  // namespace

std::vector<Suspect> suspects(std::span<const std::string> lines, std::size_t last) {
  return Search(lines).run(last);
}

std::vector<Suspect> misaligned(std::span<const std::string> lines, std::size_t at) {
  if (at >= lines.size()) return {};
  const std::string_view line = lines[at];
  const Opening own = opening_of(line);
  const bool is_dash = own.has_dash();
  const auto [what, all] = is_dash ? std::pair("the dash", "the dashes of one list")
                                   : std::pair("the key", "the keys of one item");
  std::vector<Suspect> found;
  std::optional<std::size_t> column_before;
  for (std::size_t above = at; above-- > 0 && found.size() < 2;) {
    const Opening other = opening_of(lines[above]);
    const std::size_t theirs = is_dash ? other.begin : other.word;
    const bool is_alike = is_dash ? other.has_dash() : begins_with_key(lines[above], other);
    if (!is_alike || theirs == own.begin || column_before == theirs) continue;
    column_before = theirs;
    found.push_back(
        {{place(at, own.begin),
          fmt::format("this begins in column {}, {} of line {} in column {}: {} begin in one column",
                      own.begin + 1, what, above + 1, theirs + 1, all)},
         at,
         std::string(theirs, ' ').append(line.substr(own.begin))});
  }
  return found;
}

}  // namespace config
