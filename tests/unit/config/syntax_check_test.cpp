#include "config/syntax_check.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

// "line:column: message" of each.
std::vector<std::string> faults(std::vector<std::string_view> lines) {
  std::vector<std::string> found;
  for (const config::TextFault& one : config::find_bad_syntax(lines))
    found.push_back(fmt::format("{}:{}: {}", one.place.line, one.place.column, one.message));
  return found;
}

}  // namespace

TEST(SyntaxCheck, FindsNothingInYaml) {
  EXPECT_THAT(faults({"shelf: 1", "list: [a,", "  'b: c', {c: d}]", "other: a:b", "", "# slot:0"}),
              IsEmpty());
}

TEST(SyntaxCheck, ABlankIsMissing) {
  EXPECT_THAT(faults({"shelf:1", "interfaces: [eth0]"}),
              ElementsAre("1:6: no blank behind the colon: write 'shelf: 1'"));
  EXPECT_THAT(faults({"exports:", "  - slot:0", "    path: /a"}),
              ElementsAre("2:9: no blank behind the colon: write '- slot: 0'"));
  EXPECT_THAT(faults({"exports:", "  -slot: 0", "   path: /a"}),
              ElementsAre("2:3: no blank behind the dash: write '- slot: 0'"));
}

TEST(SyntaxCheck, AColonIsMissing) {
  EXPECT_THAT(faults({"shelf 1", "interfaces: [eth0]"}),
              ElementsAre("1:6: no colon behind 'shelf': write 'shelf: 1'"));
  EXPECT_THAT(faults({"exports", "  - slot: 0"}),
              ElementsAre("1:8: no colon behind 'exports': write 'exports:'"));
}

TEST(SyntaxCheck, AColonIsTooMuch) {
  EXPECT_THAT(faults({"path: /a: b # why", "slot: 0"}),
              ElementsAre("1:7: a value with a colon in it needs quotes: write \"/a: b\""));
}

TEST(SyntaxCheck, AQuoteStaysOpen) {
  EXPECT_THAT(faults({"interfaces: [\"eth0]", "slot: 0"}),
              ElementsAre("1:14: this quote (\") is not closed"));
  EXPECT_THAT(faults({"path: '/a", "slot: 0", "other: 'it''s'"}),
              ElementsAre("1:7: this quote (') is not closed"));
}

TEST(SyntaxCheck, ABracketStaysOpen) {
  EXPECT_THAT(faults({"interfaces: [eth0", "slot: 0"}),
              ElementsAre("1:13: this '[' is not closed: a ']' is missing behind 'interfaces: [eth0'"));
  EXPECT_THAT(faults({"interfaces: [eth0,", "  eth1, # the fast one", "slot: 0"}),
              ElementsAre("1:13: this '[' is not closed: a ']' is missing behind 'eth1'"));
  EXPECT_THAT(faults({"exports:", "  - {slot: 0, path: /a", "  - {slot: 1, path: /b}"}),
              ElementsAre("2:5: this '{' is not closed: a '}' is missing behind '- {slot: 0, path: /a'"));
}

TEST(SyntaxCheck, ASignMeansSomethingElse) {
  EXPECT_THAT(
      faults({"interfaces: [*]"}),
      ElementsAre("1:14: '*' at the beginning means something else to YAML: write it in quotes, \"*\""));
  EXPECT_THAT(
      faults({"path: @a # b"}),
      ElementsAre("1:7: '@' at the beginning means something else to YAML: write it in quotes, \"@a\""));
}

TEST(SyntaxCheck, KeysAndDashesStandBelowEachOther) {
  EXPECT_THAT(faults({"exports:", "  - slot: 0", "   path: /a"}),
              ElementsAre("3:4: this begins in column 4, the key of line 2 in column 5: the keys of one item "
                          "begin in one column"));
  EXPECT_THAT(faults({"exports:", "  - slot: 0", "      path: /a"}),
              ElementsAre("3:7: this begins in column 7, the key of line 2 in column 5: the keys of one item "
                          "begin in one column"));
  EXPECT_THAT(faults({"exports:", "  - slot: 0", "    path: /a", " - slot: 1"}),
              ElementsAre("4:2: this begins in column 2, the dash of line 2 in column 3: the dashes of one "
                          "list begin in one column"));
}

TEST(SyntaxCheck, SaysAllAtOnce) {
  EXPECT_THAT(faults({"shelf:1", "interfaces [lo]", "exports:", "  - slot: 0", "    path: \"/a"}),
              ElementsAre("1:6: no blank behind the colon: write 'shelf: 1'",
                          "2:11: no colon behind 'interfaces': write 'interfaces: [lo]'",
                          "5:11: this quote (\") is not closed"));
}

TEST(SyntaxCheck, SaysNothingWhenNobodyKnows) {
  EXPECT_THAT(faults({"a: 1", "}{"}), IsEmpty());
  EXPECT_THAT(faults({}), IsEmpty());
  EXPECT_THAT(faults({"-", "- ", "'", "[", "{", ":", "a: - -", "--- a"}).size(), testing::Le(8U));
}
