#include "vblade/classic/shell_text.h"

#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using vblade::ShellItem;

// One line an item: its kind, and what was found.
std::string described(std::string_view text) {
  std::string out;
  for (const ShellItem& item : vblade::read_shell(text)) {
    const std::string raw(text.substr(item.begin, item.end - item.begin));
    if (item.follows) out += "+";
    switch (item.kind) {
      case ShellItem::Kind::blank:
        out += "blank\n";
        break;
      case ShellItem::Kind::comment:
        out += fmt::format("comment {}\n", raw);
        break;
      case ShellItem::Kind::statement:
        out += fmt::format("statement {}\n", raw);
        break;
      case ShellItem::Kind::assignment:
        out += item.fault ? fmt::format("{} at {}: {}\n", item.name, item.fault->offset, item.fault->message)
                          : fmt::format("{}=<{}>\n", item.name, item.value);
        break;
    }
  }
  return out;
}

}  // namespace

TEST(ShellText, QuotesOfEachKind) {
  EXPECT_EQ(described("a=b c='d e' e=\"f 'g' \\\"h\\\" \\x\" f=i\\ j'k'\"l\" g=\n"),
            "a=<b>\n+c=<d e>\n+e=<f 'g' \"h\" \\x>\n+f=<i jkl>\n+g=<>\n");
  EXPECT_EQ(described("a=\"x$ y\" b='$c `d`'"), "a=<x$ y>\n+b=<$c `d`>\n");
  EXPECT_EQ(described("export a=1"), "a=<1>\n");
}

TEST(ShellText, SeveralLinesAndComments) {
  EXPECT_EQ(described("# top\n\na=\"1 \\\n2\n3\" # behind\nb=1\\\n2#3; c=4\n"),
            "comment # top\nblank\na=<1 2\n3>\n+comment # behind\nb=<12#3>\n+c=<4>\n");
}

TEST(ShellText, KnowsWhereEachByteOfAValueIs) {
  const auto items = vblade::read_shell("a=\"x \\\n$\" b='yz'");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[1].value, "yz");
  EXPECT_EQ(items[1].offsets, (std::vector<std::size_t>{13, 14}));
  EXPECT_EQ(items[0].offsets, (std::vector<std::size_t>{3, 4, 7}));
}

TEST(ShellText, ExpressionsAreFaultsAtTheirPlace) {
  const auto fault = [](const char* expression) {
    return fmt::format("a at 5: '{}' has a value that only a shell knows: write the value itself\n",
                       expression);
  };
  EXPECT_EQ(described("a=\"1 $B\""), fault("$B"));
  EXPECT_EQ(described("a=\"1 ${B:-\"x }\"} 2\""), fault("${B:-\"x }\"}"));
  EXPECT_EQ(described("a=\"1 $(echo \"a)\" 'b)' `c`) 2\""), fault("$(echo \"a)\" 'b)' `c`)"));
  EXPECT_EQ(described("a=\"1 $((1+(2)))\""), fault("$((1+(2)))"));
  EXPECT_EQ(described("a=\"1 `hostname`\""), fault("`hostname`"));
  EXPECT_EQ(described("a=\"1 $1\""), fault("$1"));
  EXPECT_EQ(described("a=$'1\\'2' b=3"),
            "a at 2: '$'1\\'2'' has a value that only a shell knows: write the value itself\n+b=<3>\n");
}

TEST(ShellText, ArraysAdditionsAndOpenQuotes) {
  EXPECT_EQ(described("a=(1 2\n3) # x\nb=4"),
            "a at 0: an array has no single value: write one text, as in a=\"...\"\n+comment # x\nb=<4>\n");
  EXPECT_EQ(described("a[1]=2"), "a at 0: an array has no single value: write one text, as in a=\"...\"\n");
  EXPECT_EQ(described("a+=\" -r\""),
            "a at 0: a+= adds to a value that is set elsewhere: write the whole value in one a=\n");
  EXPECT_EQ(described("a=\"1\nb=2\n"), "a at 2: this quote is never closed: close it behind the value\n");
  EXPECT_EQ(described("a='1"), "a at 2: this quote is never closed: close it behind the value\n");
  EXPECT_EQ(described("a=$(x"), "a at 3: this '(' is never closed: close it, or write the value itself\n");
}

TEST(ShellText, WhatIsInsideOtherCodeIsNoAssignment) {
  EXPECT_EQ(described("if x; then\n  a=1\nfi\nb=2"), "statement if x; then\n  a=1\nfi\nb=<2>\n");
  EXPECT_EQ(described("[ -e x ] && a=1\nb=2"), "statement [ -e x ] && a=1\nb=<2>\n");
  EXPECT_EQ(described("x ||\n a=1\nb=2"), "statement x ||\n a=1\nb=<2>\n");
  EXPECT_EQ(described("f() {\n a=1; }\nb=2"), "statement f() {\n a=1; }\nb=<2>\n");
  EXPECT_EQ(described("(\na=1\n)\nb=2"), "statement (\na=1\n)\nb=<2>\n");
  EXPECT_EQ(described("case x in\n y) a=1;;\nesac\nb=2"), "statement case x in\n y) a=1;;\nesac\nb=<2>\n");
  EXPECT_EQ(described("for i in 1 2; do\na=$i\ndone; b=2"),
            "statement for i in 1 2; do\na=$i\ndone\n+b=<2>\n");
  EXPECT_EQ(described("cat <<E >x\na=1\nE\nb=2"), "statement cat <<E >x\na=1\nE\nb=<2>\n");
  EXPECT_EQ(described("cat <<-'E'\na=1\n\tE\nb=2"), "statement cat <<-'E'\na=1\n\tE\nb=<2>\n");
  EXPECT_EQ(described("a=1 env\nb=2 | c\nd=3 &\n"),
            "statement a=1 env\nstatement b=2 | c\nstatement d=3 &\n");
  EXPECT_EQ(described("a-b=1\n\"a\"=2"), "statement a-b=1\nstatement \"a\"=2\n");
}
