#include "aoe_mount/run/story.h"

#include <cstdlib>

#include <unistd.h>

namespace aoe_mount {

namespace {

struct Look {
  std::string_view word;
  std::string_view colour;
};

Look look_of(Story::Mood mood) {
  switch (mood) {
    case Story::Mood::good:
      return {"ok", "\033[32m"};
    case Story::Mood::warning:
      return {"note", "\033[33m"};
    case Story::Mood::bad:
      return {"FAIL", "\033[31m"};
    default:
      return {"...", "\033[36m"};
  }
}

}  // namespace

Story Story::on_terminal() {
  const auto start = std::chrono::steady_clock::now();
  return Story([start](Mood mood, std::string_view line) {
    std::FILE* stream = mood == Mood::bad ? stderr : stdout;
    const bool colour = ::isatty(::fileno(stream)) == 1 && std::getenv("NO_COLOR") == nullptr;
    const Look look = look_of(mood);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    fmt::print(stream, "{:6.1f} s  {}{:<4}{}  {}\n", passed.count(), colour ? look.colour : "", look.word,
               colour ? "\033[0m" : "", line);
    std::fflush(stream);
  });
}

}  // namespace aoe_mount
