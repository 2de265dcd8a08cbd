#include "vblade/classic/shell_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace vblade {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
// Ends a word that is not in quotes.
bool is_meta(char c) {
  return is_blank(c) || c == '\n' || std::string_view(";&|<>()").contains(c);
}
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_in_name(char c) {
  return begins_name(c) || (c >= '0' && c <= '9');
}
std::size_t name_length(std::string_view text) {
  if (text.empty() || !begins_name(text[0])) return 0;
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_in_name) - text.begin());
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
bool opens_compound(std::string_view word) {
  return one_of(word, {"if", "case", "for", "while", "until", "select", "{"});
}
bool closes_compound(std::string_view word) {
  return one_of(word, {"fi", "esac", "done", "}"});
}
bool precedes_command(std::string_view word) {
  return one_of(word, {"then", "do", "else", "elif", "if", "while", "until", "!", "{", "time"});
}

struct Word {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text{};                  // without its quotes
  std::vector<std::size_t> offsets{};  // of each byte of `text`
  std::optional<ShellFault> fault = {};

  void add(char c, std::size_t offset) {
    text += c;
    offsets.push_back(offset);
  }
  void blame(std::size_t offset, std::string message) {
    if (!fault) fault = ShellFault{offset, std::move(message)};
  }
};

// Cuts a file into items. Where it is in doubt it makes a statement, which nobody takes a value from.
class ShellReader {
 public:
  explicit ShellReader(std::string_view text) : text_(text) {}

  std::vector<ShellItem> read() {
    bool line_is_empty = true;
    while (skip_blanks(), !at_end()) {
      if (here() == '\n') {
        if (line_is_empty) items_.push_back({.kind = ShellItem::Kind::blank, .begin = at_, .end = at_});
        line_is_empty = true;
        ++at_;
      } else if (here() == ';') {
        ++at_;
      } else {
        const std::size_t first = items_.size();
        if (here() == '#') {
          const std::size_t begin = at_;
          skip_line();
          items_.push_back({.kind = ShellItem::Kind::comment, .begin = begin, .end = at_});
        } else {
          read_command();
        }
        items_[first].follows = !line_is_empty;
        line_is_empty = false;
      }
    }
    return std::move(items_);
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char here() const { return text_[at_]; }
  char next() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : '\0'; }
  std::string_view raw(const Word& word) const { return text_.substr(word.begin, word.end - word.begin); }

  void skip_blanks() {
    while (!at_end()) {
      if (is_blank(here())) {
        ++at_;
      } else if (here() == '\\' && next() == '\n') {
        at_ += 2;
      } else {
        return;
      }
    }
  }
  void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  void read_command() {
    const std::size_t begin = at_;
    const std::size_t before = items_.size();
    if (read_assignments()) return;
    items_.resize(before);
    at_ = begin;
    skip_statement();
    at_ = std::max(at_, begin + 1);
    items_.push_back({.kind = ShellItem::Kind::statement, .begin = begin, .end = at_});
  }

  // False: the command is more than assignments, which then do not count or not for sure.
  bool read_assignments() {
    bool any = false;
    for (bool first = true;; first = false) {
      skip_blanks();
      if (at_end() || here() == '\n' || here() == ';' || here() == '#') return any;
      if (is_meta(here())) return false;
      Word word = read_word();
      if (first && raw(word) == "export") continue;
      const std::size_t length = name_length(raw(word));
      const std::string_view rest = raw(word).substr(length);
      const bool adds = rest.starts_with("+=");
      const bool element = rest.starts_with('[') && rest.contains("]=");
      if (length == 0 || !(adds || element || rest.starts_with('='))) return false;
      const std::string name(raw(word).substr(0, length));
      if (element) word.fault = ShellFault{word.begin, array_message(name)};
      if (adds) {
        word.fault = ShellFault{word.begin, fmt::format("{0}+= adds to a value that is set elsewhere: write "
                                                        "the whole value in one {0}=",
                                                        name)};
      }
      ShellItem item{.kind = ShellItem::Kind::assignment, .begin = word.begin, .end = word.end, .name = name};
      item.fault = std::move(word.fault);
      if (!item.fault) {
        item.value = word.text.substr(length + 1);
        item.offsets.assign(word.offsets.begin() + static_cast<std::ptrdiff_t>(length) + 1,
                            word.offsets.end());
      }
      item.follows = any;
      items_.push_back(std::move(item));
      any = true;
    }
  }

  static std::string array_message(std::string_view name) {
    return fmt::format("an array has no single value: write one text, as in {}=\"...\"", name);
  }

  Word read_word() {
    Word word{.begin = at_};
    while (!at_end()) {
      if (here() == '(' && opens_array(word)) {
        word.blame(word.begin,
                   array_message(text_.substr(word.begin, name_length(text_.substr(word.begin)))));
        skip_nested(word);
      } else if (is_meta(here())) {
        break;
      } else if (here() == '\\') {
        read_escape(word);
      } else if (here() == '\'') {
        read_single_quotes(word);
      } else if (here() == '"') {
        read_double_quotes(word);
      } else if (!read_expression(word, false)) {
        word.add(here(), at_);
        ++at_;
      }
    }
    word.end = at_;
    return word;
  }

  bool opens_array(const Word& word) const {
    const std::string_view before = text_.substr(word.begin, at_ - word.begin);
    const std::size_t length = name_length(before);
    return length > 0 && one_of(before.substr(length), {"=", "+="});
  }

  void read_escape(Word& word) {
    if (at_ + 1 >= text_.size()) {
      word.add(here(), at_);
    } else if (next() != '\n') {
      word.add(next(), at_ + 1);
    }
    at_ = std::min(at_ + 2, text_.size());
  }

  void read_single_quotes(Word& word) {
    const std::size_t open = at_++;
    while (!at_end() && here() != '\'') {
      word.add(here(), at_);
      ++at_;
    }
    close_quotes(word, open);
  }

  void read_double_quotes(Word& word) {
    const std::size_t open = at_++;
    while (!at_end() && here() != '"') {
      if (here() == '\\' && (next() == '\n' || std::string_view("$`\"\\").contains(next()))) {
        read_escape(word);
      } else if (!read_expression(word, true)) {
        word.add(here(), at_);
        ++at_;
      }
    }
    close_quotes(word, open);
  }

  void close_quotes(Word& word, std::size_t open) {
    if (at_end()) word.blame(open, "this quote is never closed: close it behind the value");
    at_ = std::min(at_ + 1, text_.size());
  }

  // True when something to expand was here, and is passed now.
  bool read_expression(Word& word, bool in_quotes) {
    const std::size_t begin = at_;
    if (here() == '`') {
      skip_nested(word);
    } else if (here() != '$') {
      return false;
    } else if (next() == '(' || next() == '{') {
      ++at_;
      skip_nested(word);
    } else if (begins_name(next())) {
      at_ += 1 + name_length(text_.substr(at_ + 1));
    } else if (next() != '\0' && std::string_view("0123456789@*#?-$!").contains(next())) {
      at_ += 2;
    } else if (!in_quotes && (next() == '\'' || next() == '"')) {
      ++at_;
      Word quoted;
      next_quotes(quoted);
      if (quoted.fault) word.fault = quoted.fault;
    } else {
      return false;
    }
    word.blame(begin, fmt::format("'{}' has a value that only a shell knows: write the value itself",
                                  text_.substr(begin, at_ - begin)));
    return true;
  }

  void next_quotes(Word& word) {
    if (here() == '"') {
      read_double_quotes(word);
      return;
    }
    const std::size_t open = at_++;
    while (!at_end() && here() != '\'') at_ += here() == '\\' ? 2 : 1;
    at_ = std::min(at_, text_.size());
    close_quotes(word, open);
  }

  // From an opening bracket or backquote to behind the one that closes it.
  void skip_nested(Word& word) {
    const std::size_t open = at_;
    std::string closers;
    do {
      const char c = here();
      const char top = closers.empty() ? '\0' : closers.back();
      if (c == '\\') {
        ++at_;
      } else if (top != '\0' && c == top) {
        closers.pop_back();
      } else if (c == '\'' && top != '"') {
        at_ = std::min(text_.find('\'', at_ + 1), text_.size());
      } else if (c == '"' || c == '`') {
        closers += c;
      } else if (c == '(' && (top != '"' || text_[at_ - 1] == '$')) {
        closers += ')';
      } else if (c == '{' && (top == '\0' || text_[at_ - 1] == '$')) {
        closers += '}';
      }
      at_ = std::min(at_ + 1, text_.size());
    } while (!at_end() && !closers.empty());
    if (!closers.empty())
      word.blame(open, fmt::format("this '{}' is never closed: close it, or write the value itself",
                                   text_.substr(open, 1)));
  }

  // To the end of the line, or of what begins in it.
  void skip_statement() {
    int compounds = 0, brackets = 0;
    bool command = true, goes_on = false;
    std::vector<HereDocument> documents;
    while (skip_blanks(), !at_end()) {
      const char c = here();
      const bool outside = compounds == 0 && brackets == 0;
      if (c == '\n') {
        for (const HereDocument& one : documents) skip_document(one);
        documents.clear();
        if (outside && !goes_on) return;
        at_ = std::min(at_ + 1, text_.size());
        command = true;
      } else if (c == '#') {
        skip_line();
      } else if (c == ';' && outside && documents.empty()) {
        return;
      } else if (c == '<' && next() == '<') {
        if (const auto document = read_here_document()) documents.push_back(*document);
        goes_on = false;
      } else if (is_meta(c)) {
        goes_on = c == '|' || (c == '&' && next() == '&');
        at_ += goes_on && (next() == c || next() == '&') ? 2 : 1;
        if (c == '(') ++brackets;
        if (c == ')' && brackets > 0) --brackets;
        command = c != '<' && c != '>';
      } else {
        const Word word = read_word();
        if (raw(word) == "{" || (command && opens_compound(raw(word)))) ++compounds;
        if (command && closes_compound(raw(word)) && compounds > 0) --compounds;
        command = command && precedes_command(raw(word));
        goes_on = false;
      }
    }
  }

  struct HereDocument {
    std::string end;
    bool tabs = false;  // are allowed before its end
  };

  std::optional<HereDocument> read_here_document() {
    at_ += 2;
    if (!at_end() && here() == '<') {  // a here-string
      ++at_;
      return std::nullopt;
    }
    HereDocument document;
    if (!at_end() && here() == '-') {
      document.tabs = true;
      ++at_;
    }
    skip_blanks();
    document.end = read_word().text;
    return document;
  }

  // From the end of a line to the end of the document's last.
  void skip_document(const HereDocument& document) {
    while (!at_end()) {
      ++at_;
      const std::size_t begin = at_;
      skip_line();
      std::string_view line = text_.substr(begin, at_ - begin);
      if (document.tabs) line.remove_prefix(std::min(line.find_first_not_of('\t'), line.size()));
      if (line == document.end) return;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<ShellItem> items_;
};

}  // namespace

std::vector<ShellItem> read_shell(std::string_view text) {
  return ShellReader(text).read();
}

}  // namespace vblade
