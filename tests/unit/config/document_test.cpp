#include "config/document.h"

#include "tests/unit/config/yaml_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

std::string faults(std::string_view text) {
  const tests::YamlFile file(text);
  return file.report(config::Document::read(file.path()).problems());
}

std::string faults_of(const std::filesystem::path& path) {
  return config::report(config::Document::read(path).problems());
}

}  // namespace

TEST(Document, KeepsWhereEverythingStands) {
  const tests::YamlFile file("\xef\xbb\xbf# a comment\r\na: 1\r\nb: [x, 'y']\r\nc:\r\n  d: ~\r\n");
  const auto document = config::Document::read(file.path());
  EXPECT_TRUE(document.problems().empty());
  const auto& root = document.root();
  ASSERT_EQ(root.kind, config::Kind::map);
  ASSERT_EQ(root.entries.size(), 3u);
  EXPECT_EQ(root.entries[0].key, "a");
  EXPECT_EQ(root.entries[0].place.line, 2);
  EXPECT_EQ(root.entries[0].place.column, 1);
  EXPECT_EQ(root.entries[0].value.text, "1");
  EXPECT_EQ(root.entries[0].value.place.column, 4);
  ASSERT_EQ(root.entries[1].value.items.size(), 2u);
  EXPECT_FALSE(root.entries[1].value.items[0].quoted);
  EXPECT_TRUE(root.entries[1].value.items[1].quoted);
  EXPECT_EQ(root.entries[2].value.entries.at(0).value.kind, config::Kind::nothing);
}

TEST(Document, FilesThatCannotBeRead) {
  EXPECT_EQ(faults_of("/nonexistent/vblade.yaml"), "/nonexistent/vblade.yaml: No such file or directory\n");
  EXPECT_EQ(faults_of("/dev"), "/dev: is a directory, not a file\n");
  EXPECT_EQ(faults_of("/dev/null"), "/dev/null: is not a regular file\n");
  const tests::YamlFile fifo("");
  std::filesystem::remove(fifo.path());
  ASSERT_EQ(::mkfifo(fifo.path().c_str(), 0600), 0);
  EXPECT_EQ(fifo.report(config::Document::read(fifo.path()).problems()), "t.yaml: is not a regular file\n");
}

TEST(Document, AFileOfAnotherKindIsNotSearchedForYaml) {
  EXPECT_EQ(faults(std::string_view("a: b\nc\0d\n", 9)),
            "t.yaml:2:2: byte 0x00 is no text: is it the right file?\n  c\\x00d\n   ^\n");
  EXPECT_EQ(faults("a: \xff\n"),
            "t.yaml:1:4: byte 0xff is not UTF-8: save the file in that encoding\n  a: \\xff\n     ^\n");
  EXPECT_EQ(faults("a: \xc3\n"),
            "t.yaml:1:4: byte 0xc3 is not UTF-8: save the file in that encoding\n  a: \\xc3\n     ^\n");
  EXPECT_EQ(faults("a: \xed\xa0\x80\n").substr(0, 30), "t.yaml:1:4: byte 0xed is not U") << "a surrogate";
  EXPECT_EQ(faults(std::string((16 << 20) + 1, 'x')),
            "t.yaml: is larger than 16 MiB: is it the right file?\n");
}

TEST(Document, ATabDoesNotIndent) {
  EXPECT_EQ(faults("a:\n\tb: 1\n"), "t.yaml:2:1: a tab cannot indent YAML: use spaces\n  \tb: 1\n  ^\n");
  EXPECT_EQ(faults("a: 1\nb:\t2\n"), "") << "elsewhere it may stand";
}

TEST(Document, WhatIsNotYamlSaysWhere) {
  EXPECT_EQ(faults("a: 1\n}{\n"), "t.yaml:2:1: not YAML: illegal flow end\n  }{\n  ^\n");
}

TEST(Document, WhatWouldHideTheMeaningIsRefused) {
  EXPECT_EQ(
      faults("a: &x 1\nb: *x\n"),
      "t.yaml:1:4: an anchor (&x) is not accepted: write the value where it belongs\n  a: &x 1\n     ^\n"
      "t.yaml:2:4: an alias (*name) is not accepted: write the value itself\n  b: *x\n     ^\n");
  EXPECT_EQ(
      faults("a: !!int 1\n"),
      "t.yaml:1:4: a tag (tag:yaml.org,2002:int) is not accepted: leave it out\n  a: !!int 1\n     ^\n");
  EXPECT_EQ(faults("a: 1\n---\nb: 2\n"),
            "t.yaml:3:1: a second YAML document starts before this: one file holds one\n  b: 2\n  ^\n");
  EXPECT_EQ(faults("? [a]\n: 1\n"), "t.yaml:1:3: not YAML: a key must be a text\n  ? [a]\n    ^\n");
}

TEST(Document, DeepNestingIsAnErrorAndNotAStackOverflow) {
  EXPECT_EQ(faults(std::string(20, '[') + std::string(20, ']')),
            "t.yaml:1:17: not YAML: nested deeper than 16 levels\n"
            "  [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]\n"
            "                  ^\n");
  for (const char* opening : {"[", "{", "- ", "? ", "a: {", "{a: "}) {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += opening;
    EXPECT_NE(faults(text), "") << opening;
  }
}
