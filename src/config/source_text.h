// SourceText: the text of a configuration file by lines and offsets, and what is cut from it and put into it.
#pragma once

#include "config/source_position.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace config {

class SourceText {
 public:
  explicit SourceText(std::string_view bytes);

  // Offsets and lines are those of the text as it was, whatever has been changed.
  std::string_view bytes() const { return bytes_; }
  std::string_view line_end() const { return line_end_; }  // "\n" or "\r\n", as in the first line
  int lines() const { return static_cast<int>(starts_.size()); }
  std::size_t offset(SourcePosition place) const;
  char at(SourcePosition place) const;  // NUL beyond the end
  int line_of(std::size_t offset) const;
  std::size_t indent(int line) const;  // how many blanks stand before its first character
  // Whether nothing but blanks stands before this in its line; nothing but a comment from this on.
  bool begins_line(std::size_t offset) const;
  bool ends_line(std::size_t offset) const;
  // The last line above this one that holds more than a comment.
  int last_content_above(int line) const;
  // Behind the bracket or brace that closes the one here.
  std::size_t end_of_brackets(std::size_t open) const;
  // The comma that comes next, but for blanks, line breaks and comments; npos when something else does.
  std::size_t comma_behind(std::size_t offset) const;

  void insert(std::size_t offset, std::string_view text) { insertions_[offset] += text; }
  // `text` is whole lines; they come below this line.
  void insert_line(int below, std::string_view text);
  void append(std::string_view text) { insert_line(lines(), text); }
  void cut(std::size_t from, std::size_t to);
  void cut_lines(int first, int last);
  std::string result() const;

 private:
  std::size_t start_of_line(int line) const;  // of the line behind the last one: the end

  std::string_view bytes_;
  std::string_view line_end_;
  std::vector<std::size_t> starts_;
  std::vector<bool> is_cut_;
  std::map<std::size_t, std::string> insertions_;
};

}  // namespace config
