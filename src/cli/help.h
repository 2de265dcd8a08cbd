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
// then "Commands:" and the footer. No line of a table is longer than 80 columns.
#pragma once

namespace CLI {
class App;
}

namespace cli {

// Commands take it over from `app` when they are added to it: call this before.
void format_help(CLI::App& app);

}  // namespace cli
