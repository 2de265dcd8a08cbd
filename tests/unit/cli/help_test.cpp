#include "cli/help.h"

#include "cli/options.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

TEST(Help, ShowsPurposeUsageArgumentsOptionsAndExamples) {
  const cli::Invocation invocation{"aoe scan", {}};
  std::vector<std::string> targets, names;
  std::string wait = "3m", plain;
  bool json = false;
  cli::Options options(invocation, "Finds targets.", {{"aoe scan e1.0", "that one"}}, "See aoe(8).");
  options.values("-i,--interface", names, "NAME", "ask on these alone")
      .value("-w,--wait", wait, "TIME", "how long to wait")
      .value("--plain", plain, "TEXT", "no default")
      .flag("--json", json, "print JSON")
      .words("TARGET", targets, "only these, as in e1.0");
  EXPECT_EQ(options.help_text(),
            "Finds targets.\n"
            "Usage: aoe scan [OPTIONS] [TARGET...]\n"
            "\n"
            "Arguments:\n"
            "  TARGET...               only these, as in e1.0\n"
            "\n"
            "Options:\n"
            "  -h, --help              show this help\n"
            "  -i, --interface NAME,...\n"
            "                          ask on these alone\n"
            "  -w, --wait TIME         how long to wait (default: 3m)\n"
            "  --plain TEXT            no default\n"
            "  --json                  print JSON\n"
            "\n"
            "Examples:\n"
            "  aoe scan e1.0  that one\n"
            "See aoe(8).\n");
}

TEST(Help, AUsageOfItsOwnTakesThePlaceOfTheOneThatIsMade) {
  const cli::Invocation invocation{"vblade", {}};
  cli::Options options(invocation, "", {});
  options.usage("usage: vblade SHELF SLOT\n       vblade --config FILE");
  EXPECT_EQ(options.help_text(),
            "usage: vblade SHELF SLOT\n"
            "       vblade --config FILE\n"
            "\n"
            "Options:\n"
            "  -h, --help              show this help\n");
}

TEST(Help, WrapsAMeaningAt80Columns) {
  const cli::Invocation invocation{"x", {}};
  cli::Options options(invocation, "", {});
  bool all = false;
  options.flag("--all", all,
               "Also what other configurations brought up, which is more than anybody wants on a quiet day");
  EXPECT_EQ(options.help_text(),
            "Usage: x [OPTIONS]\n"
            "\n"
            "Options:\n"
            "  -h, --help              show this help\n"
            "  --all                   Also what other configurations brought up, which is\n"
            "                          more than anybody wants on a quiet day\n");
}
