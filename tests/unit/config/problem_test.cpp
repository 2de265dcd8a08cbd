#include "config/problem.h"

#include <gtest/gtest.h>

TEST(Problem, ReportShowsPlaceLineAndCaret) {
  EXPECT_EQ(
      config::report({{"vblade.yaml", 12, 11, "exports[2].slot: 300 is not in 0..254", "  - slot: 300"}}),
      "vblade.yaml:12:11: exports[2].slot: 300 is not in 0..254\n"
      "    - slot: 300\n"
      "            ^\n");
}

TEST(Problem, AProblemOfTheWholeFileHasNoPlace) {
  EXPECT_EQ(config::report({{"vblade.yaml", 0, 0, "No such file or directory", ""}}),
            "vblade.yaml: No such file or directory\n");
}

TEST(Problem, TheCaretStandsRightBehindTabsAndWideCharacters) {
  EXPECT_EQ(config::report({{"f", 1, 6, "m", "\xc3\xa4\xc3\xb6: x"}}),
            "f:1:6: m\n  \xc3\xa4\xc3\xb6: x\n     ^\n");
  EXPECT_EQ(config::report({{"f", 1, 3, "m", "a\tx"}}), "f:1:3: m\n  a\tx\n   \t^\n");
}
