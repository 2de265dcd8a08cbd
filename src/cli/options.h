// Options: a command's words, parsed, checked and explained by --help. CLI11 stays behind this header,
// so that its templates are compiled once, and so do its exceptions.
#pragma once

#include "base/result.h"
#include "cli/invocation.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

struct Example {
  std::string command;
  std::string meaning;
};

class Options {
 public:
  // `note` ends the help, below the examples.
  Options(const Invocation& invocation, std::string_view purpose, const std::vector<Example>& examples,
          std::string_view note = {});
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // `names` as in "-j,--json". What `to` holds beforehand is the default.
  Options& flag(const std::string& names, bool& to, const std::string& help);
  // --NAME and --no-NAME; without either, `to` stays as it is.
  Options& choice(const std::string& name, std::optional<bool>& to, const std::string& help);
  Options& value(const std::string& names, std::string& to, const std::string& kind, const std::string& help);
  Options& values(const std::string& names, std::vector<std::string>& to, const std::string& kind,
                  const std::string& help);
  // A whole number in least..most.
  Options& number(const std::string& names, std::uint64_t& to, std::uint64_t least, std::uint64_t most,
                  const std::string& help);
  // A time: 250ms, 30s, 5m; a bare number is seconds.
  Options& duration(const std::string& names, std::chrono::milliseconds& to, const std::string& help);
  // The words that are no options. `least` of them must be there.
  Options& words(const std::string& name, std::vector<std::string>& to, const std::string& help,
                 std::size_t least = 0);
  // The next of these words alone.
  Options& word(const std::string& name, std::string& to, const std::string& help, bool required = false);
  // Replaces the line that begins with "Usage:".
  Options& usage(const std::string& text);

  // nullopt: parsed, go on. Else the exit status to end with: help was asked for and shown, or the words
  // are wrong, which stderr says in one line together with where to find help.
  std::optional<int> parse(int usage_status = kUsage);

  // The same for a program that reports itself: false when help was asked for.
  base::Result<bool> read();
  std::string help_text() const;
  bool was_given(const std::string& name) const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace cli
