#include "cli/options.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

struct Words {
  bool json = false;
  std::optional<bool> check;
  std::string file = "a.yaml";
  std::vector<std::string> names, rest;
  std::uint64_t count = 3;
  std::chrono::milliseconds wait{1000};
};

// "ok", "help", or what is wrong.
std::string read(Words& to, std::vector<std::string> words) {
  const cli::Invocation invocation{"aoe scan", std::move(words)};
  cli::Options options(invocation, "Finds.", {});
  options.flag("-j,--json", to.json, "print JSON")
      .choice("check", to.check, "check it")
      .value("-f,--file", to.file, "FILE", "read this")
      .values("-i,--interface", to.names, "NAME", "on these alone")
      .number("-n,--count", to.count, 1, 10, "so many")
      .duration("-w,--wait", to.wait, "how long")
      .words("TARGET", to.rest, "only these");
  const auto done = options.read();
  return done ? (*done ? "ok" : "help") : done.error().message;
}

}  // namespace

TEST(Options, AreReadIntoWhatHoldsTheirDefaults) {
  Words to;
  EXPECT_EQ(read(to, {}), "ok");
  EXPECT_EQ(to.file, "a.yaml");
  EXPECT_EQ(to.wait, std::chrono::seconds(1));
  EXPECT_FALSE(to.check);
  EXPECT_EQ(
      read(to, {"-j", "e1.0", "--file=b", "-i", "eth0,eth1", "-i", "eth2", "e1.1", "-n", "10", "--no-check"}),
      "ok");
  EXPECT_TRUE(to.json);
  EXPECT_EQ(to.file, "b");
  EXPECT_EQ(to.names, (std::vector<std::string>{"eth0", "eth1", "eth2"}));
  EXPECT_EQ(to.rest, (std::vector<std::string>{"e1.0", "e1.1"}));
  EXPECT_EQ(to.count, 10u);
  EXPECT_EQ(to.check, false);
  EXPECT_EQ(read(to, {"--help"}), "help");
}

TEST(Options, ABareNumberIsSeconds) {
  Words to;
  EXPECT_EQ(read(to, {"-w", "30"}), "ok");
  EXPECT_EQ(to.wait, std::chrono::seconds(30));
  EXPECT_EQ(read(to, {"-w", "1.5"}), "ok");
  EXPECT_EQ(to.wait, std::chrono::milliseconds(1500));
  EXPECT_EQ(read(to, {"-w", "250ms"}), "ok");
  EXPECT_EQ(to.wait, std::chrono::milliseconds(250));
  EXPECT_EQ(read(to, {"-w", "soon"}),
            "-w,--wait: 'soon' is not a time: write a number and a unit, as in 250ms, 30s, 5m or 1h");
}

TEST(Options, AWrongWordIsNamedWithTheOneThatWasMeant) {
  Words to;
  EXPECT_EQ(read(to, {"--jsn"}), "there is no option '--jsn': did you mean '--json'?");
  EXPECT_EQ(read(to, {"--colour=red"}), "there is no option '--colour'");
  EXPECT_EQ(read(to, {"-n", "11"}), "-n,--count: '11' is not a whole number in 1..10");
}

TEST(Options, OneWordTooManyIsNamed) {
  const cli::Invocation invocation{"x", {"a", "b"}};
  std::string one;
  cli::Options options(invocation, "", {});
  options.word("ONE", one, "the only one");
  EXPECT_EQ(options.read().error().message, "'b' is one word too many");
}
