#include "config/list_edit.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace {

using config::Document;
using config::Kind;
using config::Node;

Node text(std::string value) {
  Node node;
  node.kind = Kind::text;
  node.text = std::move(value);
  return node;
}

Node item(const std::vector<std::pair<std::string, std::string>>& keys) {
  Node node;
  node.kind = Kind::map;
  for (const auto& [key, value] : keys) node.entries.push_back({key, {}, text(value)});
  return node;
}

std::string add(std::string_view before, const Node& added = item({{"slot", "7"}, {"mountpoint", "/x"}})) {
  const Document document = Document::parse("t.yaml", before);
  EXPECT_TRUE(document.problems().empty());
  const auto after = with_item(document, "mounts", added);
  return after ? *after : "error: " + after.error().message;
}

std::string remove(std::string_view before, std::size_t index) {
  const Document document = Document::parse("t.yaml", before);
  EXPECT_TRUE(document.problems().empty());
  const auto after = without_item(document, "mounts", index);
  return after ? *after : "error: " + after.error().message;
}

TEST(ListEdit, AddsBehindTheLastItemInItsStyle) {
  EXPECT_EQ(add("mounts:\n"
                "  - slot: 1   # the first\n"
                "    mountpoint: /a\n"
                "  # - slot: 2\n"
                "\n"
                "# patience\n"
                "wait: 5s\n"),
            "mounts:\n"
            "  - slot: 1   # the first\n"
            "    mountpoint: /a\n"
            "  - slot: 7\n"
            "    mountpoint: /x\n"
            "  # - slot: 2\n"
            "\n"
            "# patience\n"
            "wait: 5s\n");
  EXPECT_EQ(add("mounts:\n- {slot: 1, mountpoint: /a}  # the first\n"),
            "mounts:\n- {slot: 1, mountpoint: /a}  # the first\n- {slot: 7, mountpoint: /x}\n");
}

TEST(ListEdit, AddsToAListInBrackets) {
  EXPECT_EQ(add("mounts: [{slot: 1}]  # one\nwait: 5s\n"),
            "mounts: [{slot: 1}, {slot: 7, mountpoint: /x}]  # one\nwait: 5s\n");
  EXPECT_EQ(add("mounts: [\n  {slot: 1, label: \"a}b\"},  # one\n]\n"),
            "mounts: [\n  {slot: 1, label: \"a}b\"},  # one\n  {slot: 7, mountpoint: /x},\n]\n");
  EXPECT_EQ(add("mounts: [\n  {slot: 1}  # one ]\n]\n"),
            "mounts: [\n  {slot: 1},  # one ]\n  {slot: 7, mountpoint: /x}\n]\n");
  EXPECT_EQ(add("{\"mounts\": [{\"slot\": 1}], \"wait\": \"5s\"}"),
            "{\"mounts\": [{\"slot\": 1}, {slot: 7, mountpoint: /x}], \"wait\": \"5s\"}");
  EXPECT_EQ(add("{mounts: [], wait: 5s}"), "{mounts: [{slot: 7, mountpoint: /x}], wait: 5s}");
}

TEST(ListEdit, MakesTheListWhenThereIsNone) {
  EXPECT_EQ(add(""), "mounts:\n  - slot: 7\n    mountpoint: /x\n");
  EXPECT_EQ(add("# mounts:\n#   - slot: 1"),
            "# mounts:\n#   - slot: 1\n\nmounts:\n  - slot: 7\n    mountpoint: /x\n");
  EXPECT_EQ(add("wait: 5s"), "wait: 5s\nmounts:\n  - slot: 7\n    mountpoint: /x\n");
  EXPECT_EQ(add("mounts: []  # none\nwait: 5s\n"),
            "mounts:  # none\n  - slot: 7\n    mountpoint: /x\nwait: 5s\n");
}

TEST(ListEdit, KeepsLineEndsAndByteOrderMark) {
  EXPECT_EQ(add("\xef\xbb\xbfmounts: [{slot: 1}]\r\n"),
            "\xef\xbb\xbfmounts: [{slot: 1}, {slot: 7, mountpoint: /x}]\r\n");
  EXPECT_EQ(add("mounts:\r\n- slot: 1\r\n\r\n"),
            "mounts:\r\n- slot: 1\r\n- slot: 7\r\n  mountpoint: /x\r\n\r\n");
}

TEST(ListEdit, QuotesWhatYamlWouldTakeForSomethingElse) {
  EXPECT_EQ(add("mounts: [{slot: 1}]", item({{"label", "it's, new"}})),
            "mounts: [{slot: 1}, {label: 'it''s, new'}]");
  for (const char* word :
       {"", "null", "~", "-a", "a: b", "#a", "*a", "[a]", "{a", "a #b", "ä ö", "\"a\"", "%a"}) {
    const Document document = Document::parse("t.yaml", add("", item({{"label", word}})));
    ASSERT_TRUE(document.problems().empty()) << word;
    EXPECT_EQ(document.root().entries[0].value.items[0].entries[0].value.text, word);
  }
}

TEST(ListEdit, RefusesWhatItWouldBreak) {
  EXPECT_EQ(add("{wait: 5s}"), "error: has no mounts and is written in braces: add 'mounts: []' first");
  EXPECT_EQ(add("wait: 5s\n...\n"), "error: has a layout that cannot be edited here: edit it by hand");
  EXPECT_EQ(add("mounts: [slot: 1]\n"), "error: has a layout that cannot be edited here: edit it by hand");
  EXPECT_EQ(remove("mounts: [slot: 1]\n", 0),
            "error: has a layout that cannot be edited here: edit it by hand");
}

TEST(ListEdit, RemovesTheLinesOfAnItemAndNoOthers) {
  const std::string text =
      "mounts:\n"
      "  # photos\n"
      "  - slot: 1  # the first\n"
      "    mountpoint: /a\n"
      "\n"
      "  # more\n"
      "  -\n"
      "    slot: 2\n"
      "    # inside\n"
      "    options:\n"
      "      - ro\n"
      "  - {slot: 3}\n"
      "  # the end\n"
      "wait: 5s\n";
  EXPECT_EQ(remove(text, 0),
            "mounts:\n  # photos\n\n  # more\n  -\n    slot: 2\n    # inside\n    options:\n      - ro\n"
            "  - {slot: 3}\n  # the end\nwait: 5s\n");
  EXPECT_EQ(remove(text, 1),
            "mounts:\n  # photos\n  - slot: 1  # the first\n    mountpoint: /a\n\n  # more\n  - {slot: 3}\n"
            "  # the end\nwait: 5s\n");
  EXPECT_EQ(
      remove(text, 2),
      "mounts:\n  # photos\n  - slot: 1  # the first\n    mountpoint: /a\n\n  # more\n  -\n    slot: 2\n"
      "    # inside\n    options:\n      - ro\n  # the end\nwait: 5s\n");
}

TEST(ListEdit, RemovesFromAListInBrackets) {
  EXPECT_EQ(remove("mounts: [{slot: 1}, {slot: 2}]\n", 0), "mounts: [{slot: 2}]\n");
  EXPECT_EQ(remove("mounts: [{slot: 1}, {slot: 2}]\n", 1), "mounts: [{slot: 1}]\n");
  EXPECT_EQ(remove("mounts: [{slot: 1}]\n", 0), "mounts: []\n");
  EXPECT_EQ(remove("mounts: [\n  {slot: 1},  # one\n  # two:\n  {slot: 2}\n]\n", 0),
            "mounts: [\n  # two:\n  {slot: 2}\n]\n");
  EXPECT_EQ(remove("mounts: [\n  {slot: 1},  # one\n  # two:\n  {slot: 2}\n]\n", 1),
            "mounts: [\n  {slot: 1}  # one\n  # two:\n]\n");
}

TEST(ListEdit, LeavesAnEmptyListBehind) {
  EXPECT_EQ(remove("wait: 5s\nmounts:  # none yet\n  # photos\n  - slot: 1\n    mountpoint: /a\n", 0),
            "wait: 5s\nmounts: []  # none yet\n  # photos\n");
}

TEST(ListEdit, WhatWasAddedIsRemovedWithoutATrace) {
  for (const std::string text : {"mounts:\n  - slot: 1\n", "mounts: [{slot: 1}]\n",
                                 "mounts: [\n  {slot: 1},\n]\n", "mounts:\n- {slot: 1}"})
    EXPECT_EQ(remove(add(text), 1), text.ends_with('\n') ? text : text + "\n");
}

}  // namespace
