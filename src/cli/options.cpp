#include "cli/options.h"

#include "base/number.h"
#include "base/units.h"
#include "cli/help.h"
#include "cli/spelling.h"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

namespace cli {

struct Options::Parser {
  CLI::App app;
  const Invocation& invocation;

  std::string refusal(const CLI::ExtrasError& error) const;
};

namespace {

bool is_option(std::string_view word) {
  return word.size() > 1 && word.starts_with('-');
}

}  // namespace

// The text is our own, since CLI11's changes from release to release.
std::string Options::Parser::refusal(const CLI::ExtrasError& error) const {
  const std::vector<std::string> extra = app.remaining();
  if (extra.empty()) return error.what();
  if (!is_option(extra.front())) return fmt::format("'{}' is one word too many", extra.front());
  const std::string word = extra.front().substr(0, extra.front().find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return fmt::format("there is no option '{}'{}", word, did_you_mean(word, names));
}

Options::Options(const Invocation& invocation, std::string_view purpose, const std::vector<Example>& examples,
                 std::string_view note)
    : parser_(new Parser{CLI::App{std::string(purpose)}, invocation}) {
  CLI::App& app = parser_->app;
  app.name(invocation.name);
  app.footer(examples_text(examples) + std::string(note));
  format_help(app);
}

Options::~Options() = default;

Options& Options::flag(const std::string& names, bool& to, const std::string& help) {
  parser_->app.add_flag(names, to, help);
  return *this;
}

Options& Options::choice(const std::string& name, std::optional<bool>& to, const std::string& help) {
  CLI::Option* yes = parser_->app.add_flag_callback("--" + name, [&to] { to = true; }, help);
  parser_->app.add_flag_callback("--no-" + name, [&to] { to = false; }, "the opposite")->excludes(yes);
  return *this;
}

Options& Options::value(const std::string& names, std::string& to, const std::string& kind,
                        const std::string& help) {
  parser_->app.add_option(names, to, help)->type_name(kind)->default_str(to);
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

Options& Options::word(const std::string& name, std::string& to, const std::string& help, bool required) {
  parser_->app.add_option(name, to, help)->type_name("")->required(required);
  return *this;
}

Options& Options::usage(const std::string& text) {
  format_help(parser_->app, text);
  return *this;
}

base::Result<bool> Options::read() {
  // CLI11 takes the words last first.
  std::vector<std::string> words(parser_->invocation.words.rbegin(), parser_->invocation.words.rend());
  try {
    parser_->app.parse(std::move(words));
    return true;
  } catch (const CLI::CallForHelp&) {
    return false;
  } catch (const CLI::ExtrasError& error) {
    return base::fail("{}", parser_->refusal(error));
  } catch (const CLI::ParseError& error) {
    return base::fail("{}", error.what());
  }
}

std::string Options::help_text() const {
  return parser_->app.help();
}

bool Options::was_given(const std::string& name) const {
  return parser_->app.count(name) > 0;
}

std::optional<int> Options::parse(int usage_status) {
  const auto understood = read();
  if (!understood) {
    complain(parser_->invocation, "{}", understood.error().message);
    complain(parser_->invocation, "'{} --help' shows what it takes", parser_->invocation.name);
    return usage_status;
  }
  if (*understood) return std::nullopt;
  fmt::print("{}", help_text());
  return kDone;
}

}  // namespace cli
