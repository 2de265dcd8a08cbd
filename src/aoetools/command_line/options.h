// Options: a command's words, parsed, checked and explained by --help. CLI11 stays behind this header,
// so that its templates are compiled once, and so do its exceptions.
#pragma once

#include "aoetools/command_line/invocation.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace aoetools {

struct Example {
  std::string command;
  std::string meaning;
};

class Options {
 public:
  Options(const Invocation& invocation, std::string_view purpose, const std::vector<Example>& examples);
  ~Options();
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  // `names` as in "-j,--json". What `to` holds beforehand is the default.
  Options& flag(const std::string& names, bool& to, const std::string& help);
  Options& value(const std::string& names, std::string& to, const std::string& kind, const std::string& help);
  Options& values(const std::string& names, std::vector<std::string>& to, const std::string& kind,
                  const std::string& help);
  // A whole number in least..most.
  Options& number(const std::string& names, std::uint64_t& to, std::uint64_t least, std::uint64_t most,
                  const std::string& help);
  // A time with its unit: 250ms, 30s, 5m.
  Options& duration(const std::string& names, std::chrono::milliseconds& to, const std::string& help);
  // The words that are no options. `least` of them must be there.
  Options& words(const std::string& name, std::vector<std::string>& to, const std::string& help,
                 std::size_t least = 0);

  // nullopt: parsed, go on. Else the exit status to end with: help was asked for and shown, or the words
  // made no sense, which stderr says in one line together with where to find help.
  std::optional<int> parse(int usage_status = kUsage);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace aoetools
