#include "base/printable.h"

#include <gtest/gtest.h>

TEST(Printable, ForeignBytesCannotSteerATerminal) {
  EXPECT_EQ(base::printable("web disk"), "web disk");
  EXPECT_EQ(base::printable("\033[2J\n\x80"), "\\x1b[2J\\x0a\\x80");
  EXPECT_EQ(base::printable("a\\x1b"), "a\\x5cx1b");
}

TEST(Printable, HostileTextsAreShownHarmless) {
  EXPECT_EQ(base::shown("a\x1b[2J\n"), "a\\x1b[2J\\x0a");
  EXPECT_EQ(base::shown("\x7f"), "\\x7f");
  EXPECT_EQ(base::shown("Büro\\1"), "Büro\\1") << "as it is in the file";
  EXPECT_EQ(base::shown(std::string(100, 'x')), std::string(60, 'x') + "...");
}
