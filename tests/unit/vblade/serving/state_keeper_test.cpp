#include "vblade/serving/state_keeper.h"

#include "tests/unit/vblade/inventory/served.h"

#include <gmock/gmock.h>

using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class StateKeeper : public Served {
 protected:
  StateKeeper() { EXPECT_TRUE(apply({wanted(0), wanted(1)}).empty()); }

  vblade::Export& exported(std::uint8_t slot = 0) { return *inventory_.find({1, slot}); }
  // Sets the config string; the answer says that text, with "!" if it was refused.
  void set(const std::string& text, std::uint8_t slot = 0) {
    aoe::TargetState state = keeper_.wanted(exported(slot));
    const auto bytes = std::as_bytes(std::span(text));
    state.config_string.assign(bytes.begin(), bytes.end());
    keeper_.change(exported(slot), std::move(state));
    keeper_.when_kept(exported(slot), [this, text](const base::Result<>& kept) {
      answers_.push_back(text + (kept ? "" : "!"));
    });
  }
  void reserve(base::MacAddress mac) {
    aoe::TargetState state = keeper_.wanted(exported());
    state.reservation = {mac};
    keeper_.change(exported(), std::move(state));
    keeper_.when_kept(exported(), [this](const base::Result<>& kept) {
      answers_.emplace_back(kept ? "reserved" : "reserved!");
    });
  }
  std::string config() {
    const auto& text = exported().target.config_string;
    return {reinterpret_cast<const char*>(text.data()), text.size()};
  }
  std::vector<std::string> answers() { return std::exchange(answers_, {}); }

  std::vector<std::string> answers_;
};

const auto kFull = base::fail("no room");

}  // namespace

TEST_F(StateKeeper, ManyChangesShareOneWriteAndTheLastOneStays) {
  for (const char* text : {"a", "b", "c"}) set(text);
  EXPECT_THAT(writer_.started(), ElementsAre("e1.0 a")) << "one at a time";
  keeper_.written({1, 0}, {});
  EXPECT_THAT(answers(), ElementsAre("a"));
  EXPECT_EQ(config(), "a");
  EXPECT_THAT(writer_.started(), ElementsAre("e1.0 c"));
  keeper_.written({1, 0}, {});
  EXPECT_THAT(answers(), ElementsAre("b", "c"));
  EXPECT_EQ(config(), "c");
  EXPECT_EQ(keeper_.pending(), 0u);
  EXPECT_THAT(writer_.started(), IsEmpty());
}

TEST_F(StateKeeper, WhatCannotBeKeptTakesWhatStartedFromItAlong) {
  set("before");
  keeper_.written({1, 0}, {});
  set("a");
  reserve({{2, 0, 0, 0, 0, 9}});
  (void)answers();
  keeper_.written({1, 0}, kFull);
  EXPECT_THAT(answers(), ElementsAre("a!", "reserved!"));
  EXPECT_EQ(config(), "before");
  EXPECT_THAT(exported().target.reservation, IsEmpty());
  EXPECT_FALSE(keeper_.is_pending(exported()));
}

TEST_F(StateKeeper, ExportsDoNotWaitForEachOther) {
  set("a", 0);
  set("b", 1);
  EXPECT_THAT(writer_.started(), ElementsAre("e1.0 a", "e1.1 b"));
  keeper_.written({1, 1}, {});
  EXPECT_THAT(answers(), ElementsAre("b"));
}

// It would otherwise serve with the state of before, and lose the acknowledged one with the next change.
TEST_F(StateKeeper, AnExportThatGotAnotherDiskMeanwhileGetsTheState) {
  set("a");
  auto other = wanted(0);
  other.read_only = true;
  EXPECT_THAT(apply({other}), IsEmpty());
  keeper_.written({1, 0}, {});
  EXPECT_TRUE(exported().target.read_only);
  EXPECT_EQ(config(), "a");
}

TEST_F(StateKeeper, AnExportThatIsServedNoLongerIsAnsweredAllTheSame) {
  set("a");
  EXPECT_THAT(apply({wanted(1)}), IsEmpty());
  keeper_.written({1, 0}, {});
  EXPECT_THAT(answers(), ElementsAre("a"));
}

TEST_F(StateKeeper, ReportsFailuresOnceAMinute) {
  for (const char* text : {"a", "b"}) set(text);
  keeper_.written({1, 0}, kFull);
  EXPECT_EQ(keeper_.failures_to_report(), "no room (2 requests refused)");
  set("c");
  keeper_.written({1, 0}, kFull);
  for (int second = 1; second < 60; ++second) EXPECT_EQ(keeper_.failures_to_report(), std::nullopt);
  EXPECT_EQ(keeper_.failures_to_report(), "no room (1 request refused)");
}
