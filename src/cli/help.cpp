#include "cli/help.h"

#include "cli/options.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace cli {

namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kMeaningColumn = 26;

// The words of `text` in lines that end at kWidth, the second and later ones indented to `column`.
std::string wrapped(std::string_view text, std::size_t column) {
  std::string lines;
  std::size_t at = column;
  for (const std::string& word : CLI::detail::split(std::string(text), ' ')) {
    if (at > column && at + 1 + word.size() > kWidth) {
      lines += '\n' + std::string(column, ' ');
      at = column;
    } else if (at > column) {
      lines += ' ';
      ++at;
    }
    lines += word;
    at += word.size();
  }
  return lines;
}

}  // namespace

std::string help_table(std::string_view title, const std::vector<HelpRow>& rows) {
  if (rows.empty()) return "";
  std::string text = fmt::format("\n{}:\n", title);
  for (const auto& [name, meaning] : rows) {
    const std::string left = fmt::format("  {:<{}}", name, kMeaningColumn - 2);
    const bool fits = left.size() <= kMeaningColumn && left.ends_with(' ');
    const std::string gap = fits ? "" : '\n' + std::string(kMeaningColumn, ' ');
    text += (fits ? left : "  " + name) + gap + wrapped(meaning, kMeaningColumn) + '\n';
  }
  return text;
}

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

namespace {

bool takes_many(const CLI::Option& option) {
  return option.get_items_expected_max() > 1;
}

// "-t, --timeout TIME", or "-m, --mac MAC,..." where commas may divide several.
std::string option_name(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back('-' + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  std::string text = CLI::detail::join(names, ", ");
  if (option.get_items_expected_max() == 0) return text;  // a flag
  const std::string kind = option.get_type_name();
  text += ' ' + (kind.empty() ? "VALUE" : kind);
  if (takes_many(option)) text += ",...";
  return text;
}

std::string option_meaning(const CLI::Option& option) {
  const std::string standard = option.get_default_str();
  return standard.empty() ? option.get_description()
                          : fmt::format("{} (default: {})", option.get_description(), standard);
}

std::string argument_name(const CLI::Option& argument) {
  return argument.get_name(true) + (takes_many(argument) ? "..." : "");
}

class HelpText : public CLI::FormatterBase {
 public:
  explicit HelpText(std::string usage) : usage_(std::move(usage)) {}

  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const override {
    const auto shown = [app](auto which) {
      return app->get_options(
          [which](const CLI::Option* option) { return !option->get_group().empty() && which(*option); });
    };
    std::vector<HelpRow> arguments, options;
    std::string usage = "Usage: " + name;
    for (const CLI::Option* option : shown([](const auto& one) { return one.nonpositional(); }))
      options.push_back({option_name(*option), option_meaning(*option)});
    if (!options.empty()) usage += " [OPTIONS]";
    for (const CLI::Option* argument : shown([](const auto& one) { return one.get_positional(); })) {
      const std::string word = argument_name(*argument);
      arguments.push_back({word, argument->get_description()});
      usage += ' ' + (argument->get_required() ? word : '[' + word + ']');
    }
    std::string text = app->get_description();
    if (!text.empty()) text += '\n';
    text += (usage_.empty() ? usage : usage_) + '\n' + help_table("Arguments", arguments) +
            help_table("Options", options);
    const std::string footer = app->get_footer();
    if (!footer.empty()) text += '\n' + footer + (footer.ends_with('\n') ? "" : "\n");
    return text;
  }

 private:
  std::string usage_;
};

}  // namespace

void format_help(CLI::App& app, const std::string& usage) {
  app.formatter(std::make_shared<HelpText>(usage));
  app.set_help_flag("-h,--help", "show this help");
}

}  // namespace cli
