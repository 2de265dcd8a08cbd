#include "base/printable.h"

#include <gtest/gtest.h>

TEST(Printable, ForeignBytesCannotSteerATerminal) {
  EXPECT_EQ(base::printable("web disk"), "web disk");
  EXPECT_EQ(base::printable("\033[2J\n\x80"), "\\x1b[2J\\x0a\\x80");
  EXPECT_EQ(base::printable("a\\x1b"), "a\\x5cx1b");
}

TEST(Printable, EveryFormEscapesWhatATerminalObeys) {
  const std::pair<const char*, const char*> texts[] = {
      {"\xc2\x9b"
       "2J",
       "\\xc2\\x9b2J"},  // C1, as UTF-8
      {"\x9b"
       "2J",
       "\\x9b2J"},                 // C1, as a byte
      {"\xc0\x9b", "\\xc0\\x9b"},  // ESC, written too long
      {"a\xe2\x80\xae"
       "b",
       "a\\xe2\\x80\\xaeb"},  // from right to left from here on
      {"a\xe2\x80\xa8"
       "b",
       "a\\xe2\\x80\\xa8b"},                // a line break
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // half a pair
      {"\xc3", "\\xc3"},                    // cut short
      {"\t\r\n", "\\x09\\x0d\\x0a"}};
  for (const auto& [text, harmless] : texts) {
    EXPECT_EQ(base::printable(std::string_view(text)), harmless);
    EXPECT_EQ(base::legible(text), harmless);
    EXPECT_EQ(base::shown(text), harmless);
  }
  EXPECT_EQ(base::legible("B\xc3\xbcro \xe6\xbc\xa2 \xf0\x9f\x98\x80"),
            "B\xc3\xbcro \xe6\xbc\xa2 \xf0\x9f\x98\x80");
  EXPECT_EQ(base::shown(std::string(59, 'x') + "\xc3\xbc"), std::string(59, 'x') + "...")
      << "not half a character";
}

TEST(Printable, SeveralLinesKeepTheirBreaks) {
  EXPECT_EQ(base::legible_lines("a\x1b\n\tb\r\n"), "a\\x1b\n\tb\\x0d\n");
  EXPECT_EQ(base::legible_lines(""), "");
}

TEST(Printable, JsonLosesNothing) {
  EXPECT_EQ(base::legible_json("{\"B\xc3\xbcro\": \"\xc2\x9b\x7f\xe2\x80\xae\xf3\xa0\x80\x81\"}\n"),
            "{\"B\xc3\xbcro\": \"\\u009b\\u007f\\u202e\\udb40\\udc01\"}\n");
}

TEST(Printable, HostileTextsAreShownHarmless) {
  EXPECT_EQ(base::shown("a\x1b[2J\n"), "a\\x1b[2J\\x0a");
  EXPECT_EQ(base::shown("\x7f"), "\\x7f");
  EXPECT_EQ(base::shown("Büro\\1"), "Büro\\1") << "as it is in the file";
  EXPECT_EQ(base::shown(std::string(100, 'x')), std::string(60, 'x') + "...");
}
