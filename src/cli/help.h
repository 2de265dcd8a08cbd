// The text of --help, the same with every release of CLI11, whose own layout changes from one to the next.
//
//   Finds targets from user space.
//   Usage: aoe scan [OPTIONS] [TARGET...]
//
//   Arguments:
//     TARGET...               only these, as in e1.0
//
//   Options:
//     -t, --timeout TIME      how long to listen (default: 1 s)
//
// then the footer. No line of a table is longer than 80 columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace cli {

struct Example;

struct HelpRow {
  std::string name;
  std::string meaning;
};

// `usage` replaces the line that begins with "Usage:"; empty: that is made of the options.
void format_help(CLI::App& app, const std::string& usage = {});

// "\nTITLE:\n" and a line for each row; nothing when there is none.
std::string help_table(std::string_view title, const std::vector<HelpRow>& rows);

std::string examples_text(const std::vector<Example>& examples);

}  // namespace cli
