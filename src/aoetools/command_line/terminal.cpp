#include "aoetools/command_line/terminal.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

namespace aoetools {

namespace {

bool colourful(std::FILE* stream) {
  const char* unwanted = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  return !(unwanted && *unwanted) && kind && std::string_view(kind) != "dumb" &&
         ::isatty(::fileno(stream)) == 1;
}

}  // namespace

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (!value || !*value) continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

std::string coloured(Colour colour, std::string_view text, std::FILE* stream) {
  if (!colourful(stream)) return std::string(text);
  constexpr std::string_view kCodes[] = {"1;31", "32", "33", "1"};
  return fmt::format("\033[{}m{}\033[0m", kCodes[static_cast<int>(colour)], text);
}

ProgressLine::ProgressLine() : live_(::isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(std::string_view text) {
  if (!live_) return;
  fmt::print(stderr, "\r{:<{}}", text, width_);
  width_ = std::max(width_, text.size());
  std::fflush(stderr);
}

void ProgressLine::clear() {
  if (width_ > 0) fmt::print(stderr, "\r{:{}}\r", "", width_);
  width_ = 0;
}

}  // namespace aoetools
