// Colour and progress, where a person watches and nowhere else: only on a terminal, and no colour when
// NO_COLOR is set.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace aoetools {

enum class Colour { red, green, yellow, bold };

// True when the environment's character set is UTF-8, so that lines may be drawn with it.
bool speaks_utf8();

std::string coloured(Colour colour, std::string_view text, std::FILE* stream);

// ProgressLine: a line on stderr that a person sees change while something takes long, and that is gone when
// it is done. Nothing at all where stderr is no terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  bool live() const { return live_; }
  void show(std::string_view text);
  void clear();

 private:
  bool live_;
  std::size_t width_ = 0;  // of what is there now
};

}  // namespace aoetools
