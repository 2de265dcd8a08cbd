#include "aoetools/command_line/options.h"

#include "base/number.h"
#include "base/units.h"
#include "cli/help.h"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

namespace aoetools {

struct Options::Parser {
  CLI::App app;
  const Invocation& invocation;
};

namespace {

std::string examples_text(const std::vector<Example>& examples) {
  if (examples.empty()) return "";
  std::size_t width = 0;
  for (const auto& example : examples) width = std::max(width, example.command.size());
  std::string text = "Examples:\n";
  for (const auto& [command, meaning] : examples) {
    text += fmt::format("  {:<{}}  {}\n", command, width, meaning);
  }
  return text;
}

}  // namespace

Options::Options(const Invocation& invocation, std::string_view purpose, const std::vector<Example>& examples)
    : parser_(new Parser{CLI::App{std::string(purpose)}, invocation}) {
  CLI::App& app = parser_->app;
  app.name(invocation.name);
  app.footer(examples_text(examples));
  cli::format_help(app);
}

Options::~Options() = default;

Options& Options::flag(const std::string& names, bool& to, const std::string& help) {
  parser_->app.add_flag(names, to, help);
  return *this;
}

Options& Options::value(const std::string& names, std::string& to, const std::string& kind,
                        const std::string& help) {
  parser_->app.add_option(names, to, help)->type_name(kind);
  return *this;
}

Options& Options::values(const std::string& names, std::vector<std::string>& to, const std::string& kind,
                         const std::string& help) {
  parser_->app.add_option(names, to, help)->type_name(kind)->delimiter(',')->allow_extra_args(false);
  return *this;
}

Options& Options::number(const std::string& names, std::uint64_t& to, std::uint64_t least, std::uint64_t most,
                         const std::string& help) {
  const auto store = [&to, names, least, most](const std::string& text) {
    const auto value = base::parse_number(text);
    if (!value || *value < least || *value > most) {
      throw CLI::ValidationError(names,
                                 fmt::format("'{}' is not a whole number in {}..{}", text, least, most));
    }
    to = *value;
  };
  parser_->app.add_option_function<std::string>(names, store, fmt::format("{} (default: {})", help, to))
      ->type_name("N");
  return *this;
}

Options& Options::duration(const std::string& names, std::chrono::milliseconds& to, const std::string& help) {
  const auto store = [&to, names](const std::string& text) {
    const auto value = base::parse_duration(text);
    if (!value) throw CLI::ValidationError(names, value.error().message);
    to = *value;
  };
  parser_->app
      .add_option_function<std::string>(names, store,
                                        fmt::format("{} (default: {})", help, base::duration_text(to)))
      ->type_name("TIME");
  return *this;
}

Options& Options::words(const std::string& name, std::vector<std::string>& to, const std::string& help,
                        std::size_t least) {
  auto* option = parser_->app.add_option(name, to, help)->type_name("");
  if (least > 0) option->required();
  return *this;
}

std::optional<int> Options::parse(int usage_status) {
  // CLI11 takes the words last first.
  std::vector<std::string> words(parser_->invocation.words.rbegin(), parser_->invocation.words.rend());
  try {
    parser_->app.parse(std::move(words));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", parser_->app.help());
    return kDone;
  } catch (const CLI::ParseError& error) {
    complain(parser_->invocation, "{}", error.what());
    complain(parser_->invocation, "'{} --help' shows what it takes", parser_->invocation.name);
    return usage_status;
  }
}

}  // namespace aoetools
