#include "base/json.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using base::Json;

TEST(Json, WritesFieldsInTheOrderInWhichTheyWereNamed) {
  const Json disk = Json::Fields{{"device", "e1.0"},
                                 {"bytes", std::uint64_t{512}},
                                 {"up", true},
                                 {"rate", 0.5},
                                 {"mac", std::optional<std::string>()},
                                 {"mtu", std::optional<unsigned>(9000)},
                                 {"paths", Json::List{1, "two", Json::Fields{}}}};
  EXPECT_EQ(
      disk.text(),
      R"({"device":"e1.0","bytes":512,"up":true,"rate":0.5,"mac":null,"mtu":9000,"paths":[1,"two",{}]})");
}

TEST(Json, IndentsForPeople) {
  const Json value = Json::Fields{{"a", Json::list_of(std::vector<int>{1, -2})}, {"b", Json::List{}}};
  EXPECT_EQ(value.indented_text(), "{\n  \"a\": [\n    1,\n    -2\n  ],\n  \"b\": []\n}");
}

TEST(Json, AListOfOneListIsNotThatList) {
  EXPECT_EQ(Json(Json::List{Json(Json::List{1})}).text(), "[[1]]");
  EXPECT_EQ(Json(Json::List{Json(Json::Fields{{"a", 1}})}).text(), R"([{"a":1}])");
}

TEST(Json, ForeignBytesDoNotKeepItFromBeingWritten) {
  EXPECT_EQ(Json("a\xff\"\n").text(), "\"a\xEF\xBF\xBD\\\"\\n\"");
}

TEST(Json, ReadsWhatItWrites) {
  const std::string text =
      R"({"z":[1,-2,0.25,true,null,"x"],"a":{},"most":18446744073709551615,"least":-9223372036854775808})";
  const auto value = Json::parse(text);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->text(), text);
  EXPECT_EQ((*value)["most"].as_number(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Json, RefusesWhatIsNotOneValue) {
  for (const char* text : {"", "{", "[1,]", "1 2", "{\"a\"}", "nothing", "\"\xff\""}) {
    const auto value = Json::parse(text);
    ASSERT_FALSE(value) << text;
    EXPECT_EQ(value.error().message, "this is not JSON");
  }
}

TEST(Json, RefusesLevelsWithoutEnd) {
  EXPECT_TRUE(Json::parse(std::string(64, '[') + std::string(64, ']')));
  EXPECT_FALSE(Json::parse(std::string(65, '[') + std::string(65, ']')));
  EXPECT_FALSE(Json::parse(std::string(1 << 20, '[')));
}

TEST(Json, TheLastOfTwoFieldsOfOneNameCounts) {
  EXPECT_EQ(Json::parse(R"({"a":1,"b":2,"a":3})")->text(), R"({"a":3,"b":2})");
}

TEST(Json, WhatIsNotThereOrOfAnotherKindIsNothing) {
  const Json value = Json::Fields{{"text", "x"}, {"minus", -1}, {"half", 1.5}};
  EXPECT_TRUE(value["none"].is_null());
  EXPECT_TRUE(value["none"]["deeper"].is_null());
  EXPECT_EQ(value["text"].as_number(), 0u);
  EXPECT_EQ(value["text"].as_real(), 0.0);
  EXPECT_FALSE(value["text"].as_bool());
  EXPECT_TRUE(value["text"].items().empty());
  EXPECT_TRUE(value["text"].fields().empty());
  EXPECT_EQ(value["minus"].as_number(), 0u);
  EXPECT_EQ(value["minus"].as_real(), -1.0);
  EXPECT_EQ(value["minus"].as_text(), "");
  EXPECT_EQ(value["half"].as_number(), 1u);
  EXPECT_FALSE(value["half"].is_whole_number());
  EXPECT_TRUE(value["minus"].is_whole_number());
}

TEST(Json, FieldsCanBeAddedAndReplaced) {
  Json value = *Json::parse(R"({"kept":1,"changed":2})");
  value.set("changed", "now");
  value.set("new", Json::List{});
  EXPECT_EQ(value.text(), R"({"kept":1,"changed":"now","new":[]})");
  Json other;
  other.set("a", 1);
  EXPECT_EQ(other.text(), R"({"a":1})");
}
