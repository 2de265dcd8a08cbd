#include "cli/command.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

std::string called;

int note(const cli::Invocation& invocation) {
  called = invocation.name;
  for (const std::string& word : invocation.words) called += " [" + word + "]";
  return 7;
}

constexpr auto kCommands = std::to_array<cli::Command>({
    {"status", "print what there is", note},
    {"stat", "the classic one", note, "oldstat"},
    {"--check", "examine a file", note},
});
constexpr auto kOptions = std::to_array<cli::CommonOption>({
    {"--socket", "PATH", "where it listens"},
    {"--json", "", "print JSON"},
});
const cli::Program kProgram{.name = "tool",
                            .purpose = "Does things.",
                            .commands = kCommands,
                            .options = kOptions,
                            .examples = {{"tool status", "how is it?"}},
                            .note = "See tool(8)."};

// Its exit status and what was called, or what it printed.
std::string run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  called.clear();
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = cli::run(kProgram, static_cast<int>(arguments.size()), arguments.data());
  const std::string out = testing::internal::GetCapturedStdout(),
                    err = testing::internal::GetCapturedStderr();
  return std::to_string(status) + " " + called + out + err;
}

}  // namespace

TEST(Dispatch, RunsTheCommandThatIsNamed) {
  EXPECT_EQ(run({"/sbin/tool", "status", "--all", "x"}), "7 tool status [--all] [x]");
  EXPECT_EQ(run({"tool", "stat"}), "7 oldstat");
  EXPECT_EQ(run({"/sbin/oldstat", "-v"}), "7 oldstat [-v]");
  EXPECT_EQ(run({"tool-status", "x"}), "7 tool-status [x]");
  EXPECT_EQ(run({"tool", "--check=a.yaml"}), "7 tool --check [a.yaml]");
}

TEST(Dispatch, OptionsOfEveryCommandMayStandBeforeIt) {
  EXPECT_EQ(run({"tool", "--socket", "/x", "--json", "status", "e1.0"}),
            "7 tool status [--socket] [/x] [--json] [e1.0]");
  EXPECT_EQ(run({"tool", "--socket=/x", "status"}), "7 tool status [--socket=/x]");
}

TEST(Dispatch, HelpOfACommandIsItsOwn) {
  EXPECT_EQ(run({"tool", "help", "status"}), "7 tool status [--help]");
}

TEST(Dispatch, AWrongCommandIsNamedWithTheOneThatWasMeant) {
  EXPECT_EQ(
      run({"tool", "statsu"}),
      "2 tool: there is no command 'statsu': did you mean 'status'?\ntool: 'tool help' lists the commands\n");
  EXPECT_EQ(run({"tool", "help", "dance"}),
            "2 tool: there is no command 'dance'\ntool: 'tool help' lists the commands\n");
  EXPECT_EQ(run({"tool", "--chekc"}),
            "2 tool: there is no option '--chekc': did you mean '--check'?\ntool: 'tool help' lists the "
            "commands\n");
}

TEST(Dispatch, WithoutACommandItShowsTheOverviewAsAMistake) {
  const std::string overview =
      "Does things.\n"
      "Usage: tool [OPTIONS] COMMAND [WORD...]\n"
      "\n"
      "Commands:\n"
      "  status                  print what there is\n"
      "  stat                    the classic one\n"
      "\n"
      "Options:\n"
      "  --check                 examine a file\n"
      "  --socket PATH           where it listens\n"
      "  --json                  print JSON\n"
      "  -h, --help              show this help\n"
      "  -V, --version           show the version\n"
      "\n"
      "Examples:\n"
      "  tool status  how is it?\n"
      "\n"
      "'tool COMMAND --help' or 'tool help COMMAND' explains one, with examples.\n"
      "See tool(8).\n";
  EXPECT_EQ(run({"tool"}), "2 " + overview);
  EXPECT_EQ(run({"tool", "help"}), "0 " + overview);
  EXPECT_EQ(run({"tool", "-h"}), "0 " + overview);
  EXPECT_EQ(run({"tool", "--version"}), run({"tool", "-V"}));
}
