#include "aoe_mount/run/progress.h"

#include "base/printable.h"

#include <cerrno>
#include <cstdlib>

#include <unistd.h>

namespace aoe_mount {

namespace {

struct Style {
  std::string_view word;
  std::string_view colour;
};

Style style_of(Progress::Level level) {
  switch (level) {
    case Progress::Level::ok:
      return {"ok", "\033[32m"};
    case Progress::Level::warning:
      return {"note", "\033[33m"};
    case Progress::Level::error:
      return {"FAIL", "\033[31m"};
    default:
      return {"...", "\033[36m"};
  }
}

// A line that nobody reads is no reason to stop. The stream's own buffer would keep it and fail at the end.
void write_or_forget(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

Progress Progress::on_terminal() {
  const auto start = std::chrono::steady_clock::now();
  return Progress([start](Level level, std::string_view line) {
    std::FILE* stream = level == Level::error ? stderr : stdout;
    const bool colour = ::isatty(::fileno(stream)) == 1 && std::getenv("NO_COLOR") == nullptr;
    const Style style = style_of(level);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    const std::string text =
        fmt::format("{:6.1f} s  {}{:<4}{}  {}\n", passed.count(), colour ? style.colour : "", style.word,
                    colour ? "\033[0m" : "", base::legible_lines(line));
    write_or_forget(::fileno(stream), text);
  });
}

}  // namespace aoe_mount
