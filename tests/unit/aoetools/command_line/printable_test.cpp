#include "aoetools/command_line/printable.h"

#include <gtest/gtest.h>

TEST(Printable, ForeignBytesCannotSteerATerminal) {
  EXPECT_EQ(aoetools::printable("web disk"), "web disk");
  EXPECT_EQ(aoetools::printable("\033[2J\n\x80"), "\\x1b[2J\\x0a\\x80");
  EXPECT_EQ(aoetools::printable("a\\x1b"), "a\\x5cx1b");
}
