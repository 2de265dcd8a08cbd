#include "config/source_text.h"

#include <algorithm>

namespace config {

namespace {

std::size_t or_end(std::size_t found, std::string_view text) {
  return std::min(found, text.size());
}

// Behind the quote that closes the one here. A quote that is doubled looks like two texts, which does no
// harm.
std::size_t end_of_quotes(std::string_view text, std::size_t open) {
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == text[open]) return i + 1;
    if (text[i] == '\\' && text[open] == '"') ++i;
  }
  return text.size();
}

bool starts_token(std::string_view text, std::size_t at) {
  return std::string_view(" \r\n,[{:").contains(text[at - 1]);
}

}  // namespace

SourceText::SourceText(std::string_view bytes)
    : bytes_(bytes), line_end_("\n"), is_cut_(bytes.size(), false) {
  const std::size_t first = bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (std::size_t start = first; start < bytes.size(); start = or_end(bytes.find('\n', start), bytes) + 1)
    starts_.push_back(start);
  const std::size_t end = bytes.find('\n');
  if (end != bytes.npos && end > 0 && bytes[end - 1] == '\r') line_end_ = "\r\n";
}

std::size_t SourceText::start_of_line(int line) const {
  const auto index = static_cast<std::size_t>(line) - 1;
  return index < starts_.size() ? starts_[index] : bytes_.size();
}

std::size_t SourceText::offset(SourcePosition place) const {
  return start_of_line(place.line) + static_cast<std::size_t>(place.column) - 1;
}

char SourceText::at(SourcePosition place) const {
  const std::size_t here = offset(place);
  return here < bytes_.size() ? bytes_[here] : '\0';
}

int SourceText::line_of(std::size_t offset) const {
  return static_cast<int>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin());
}

std::size_t SourceText::indent(int line) const {
  const std::size_t start = start_of_line(line);
  return or_end(bytes_.find_first_not_of(' ', start), bytes_) - start;
}

bool SourceText::begins_line(std::size_t offset) const {
  const int line = line_of(offset);
  return start_of_line(line) + indent(line) == offset;
}

bool SourceText::ends_line(std::size_t offset) const {
  const std::size_t next = or_end(bytes_.find_first_not_of(" \t", offset), bytes_);
  return next == bytes_.size() || bytes_[next] == '\r' || bytes_[next] == '\n' ||
         (bytes_[next] == '#' && next > offset);
}

int SourceText::last_content_above(int line) const {
  do {
    --line;
  } while (line > 1 && (ends_line(start_of_line(line)) || bytes_[start_of_line(line)] == '#'));
  return line;
}

std::size_t SourceText::end_of_brackets(std::size_t open) const {
  int depth = 0;
  for (std::size_t i = open; i < bytes_.size();) {
    const char c = bytes_[i];
    if ((c == '\'' || c == '"') && starts_token(bytes_, i)) {
      i = end_of_quotes(bytes_, i);
      continue;
    }
    if (c == '#' && starts_token(bytes_, i)) {
      i = or_end(bytes_.find('\n', i), bytes_);
      continue;
    }
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    ++i;
    if (depth <= 0) return i;
  }
  return bytes_.size();
}

std::size_t SourceText::comma_behind(std::size_t offset) const {
  for (std::size_t i = offset; i < bytes_.size();) {
    if (bytes_[i] == ',') return i;
    if (bytes_[i] == '#') {
      i = or_end(bytes_.find('\n', i), bytes_);
    } else if (std::string_view(" \t\r\n").contains(bytes_[i])) {
      ++i;
    } else {
      break;
    }
  }
  return std::string_view::npos;
}

void SourceText::insert_line(int below, std::string_view text) {
  const std::size_t here = start_of_line(below + 1);
  std::string& added = insertions_[here];
  const bool cut_short = here == bytes_.size() && added.empty() && !bytes_.empty() && bytes_.back() != '\n';
  if (cut_short) added += line_end_;
  added += text;
}

void SourceText::cut(std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) is_cut_[i] = true;
}

void SourceText::cut_lines(int first, int last) {
  cut(start_of_line(first), start_of_line(last + 1));
}

std::string SourceText::result() const {
  std::string out;
  for (std::size_t i = 0; i <= bytes_.size(); ++i) {
    if (const auto added = insertions_.find(i); added != insertions_.end()) out += added->second;
    if (i < bytes_.size() && !is_cut_[i]) out += bytes_[i];
  }
  return out;
}

}  // namespace config
