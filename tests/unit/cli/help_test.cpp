#include "cli/help.h"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace {

TEST(Help, ShowsPurposeUsageArgumentsOptionsAndFooter) {
  CLI::App app("Finds targets.", "aoe scan");
  cli::format_help(app);
  std::vector<std::string> targets, names;
  std::string wait = "3m";
  bool json = false;
  app.add_option("TARGET", targets, "only these, as in e1.0");
  app.add_option("-i,--interface", names, "ask on these alone")->type_name("NAME")->delimiter(',');
  app.add_option("-w,--wait", wait, "how long to wait")->type_name("TIME")->capture_default_str();
  app.add_option("--plain", wait, "no kind, no default");
  app.add_flag("--json", json, "print JSON");
  app.footer("Examples:\n  aoe scan e1.0\n");
  EXPECT_EQ(app.help(),
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
            "  --plain TEXT            no kind, no default\n"
            "  --json                  print JSON\n"
            "\n"
            "Examples:\n"
            "  aoe scan e1.0\n");
}

TEST(Help, ShowsCommandsAndAsksForOneThatIsRequired) {
  CLI::App app("Mounts.", "aoe-mount");
  cli::format_help(app);
  app.set_help_flag();
  app.add_subcommand("up", "Mount everything");
  EXPECT_EQ(app.help(),
            "Mounts.\nUsage: aoe-mount [COMMAND]\n\nCommands:\n  up                      Mount everything\n");
  app.require_subcommand(1);
  EXPECT_EQ(app.help().substr(8, 24), "Usage: aoe-mount COMMAND");
}

TEST(Help, OfACommandNamesItsProgram) {
  CLI::App app("Mounts.", "aoe-mount");
  cli::format_help(app);
  CLI::App* command = app.add_subcommand("add", "Add a mount");
  std::string device;
  command->add_option("DEVICE", device, "e1.0p1")->required();
  command->set_help_flag();
  EXPECT_EQ(app.get_subcommand("add")->help("aoe-mount"),
            "Add a mount\nUsage: aoe-mount add DEVICE\n\nArguments:\n  DEVICE                  e1.0p1\n");
}

TEST(Help, WrapsAMeaningAt80Columns) {
  CLI::App app("", "x");
  cli::format_help(app);
  app.set_help_flag();
  bool all = false;
  app.add_flag("--all", all,
               "Also what other configurations brought up, which is more than anybody wants on a quiet day");
  EXPECT_EQ(app.help(),
            "Usage: x [OPTIONS]\n"
            "\n"
            "Options:\n"
            "  --all                   Also what other configurations brought up, which is\n"
            "                          more than anybody wants on a quiet day\n");
}

}  // namespace
