#include "vblade/control/control_commands.h"

#include "tests/unit/vblade/inventory/served.h"

#include <gmock/gmock.h>

namespace {

class ControlCommands : public Served {
 protected:
  ControlCommands() { EXPECT_TRUE(apply({wanted(0)}).empty()); }
  // What comes at once, and, of a change, when it is kept.
  std::string ask(const std::vector<std::string>& words) {
    std::string said = begin(words);
    if (said.empty()) {
      ++changes_;
      keeper_.written({1, 0}, {});
      said = *answer_;
    }
    return said;
  }
  // The answer, as far as it has come.
  std::string begin(const std::vector<std::string>& words) {
    answer_ = std::make_shared<std::string>();
    commands_.carry_out(words, [this, answer = answer_](const base::Result<base::Json>& reply) {
      *answer = reply ? "ok" : reply.error().message;
      if (reply) status_ = *reply;
    });
    return *answer_;
  }
  vblade::Export& target() { return *inventory_.exports().begin()->second; }

  int reloads_ = 0;
  int changes_ = 0;
  std::shared_ptr<std::string> answer_;
  base::Json status_;
  vblade::ControlCommands commands_{inventory_, keeper_, [this] {
                                      ++reloads_;
                                      return base::Result<>{};
                                    }};
};

}  // namespace

TEST_F(ControlCommands, ChangesWhatInitiatorsMayChange) {
  EXPECT_EQ(ask({"config", "e1.0", "set", "root disk"}), "ok");
  EXPECT_EQ(target().target.config_string.size(), 9u);
  EXPECT_EQ(ask({"config", "1.0", "clear"}), "ok");
  EXPECT_TRUE(target().target.config_string.empty());
  EXPECT_EQ(ask({"mask", "e1.0", "add", "02:00:00:00:00:01", "02:00:00:00:00:02"}), "ok");
  EXPECT_EQ(ask({"mask", "e1.0", "add", "02:00:00:00:00:01"}), "ok");
  EXPECT_EQ(target().target.mask.size(), 2u);
  EXPECT_EQ(ask({"mask", "e1.0", "remove", "02:00:00:00:00:01"}), "ok");
  EXPECT_EQ(target().target.mask.size(), 1u);
  EXPECT_EQ(ask({"mask", "e1.0", "clear"}), "ok");
  EXPECT_EQ(ask({"reserve", "e1.0", "set", "02:00:00:00:00:01"}), "ok");
  EXPECT_EQ(target().target.reservation.size(), 1u);
  EXPECT_EQ(ask({"reserve", "e1.0", "clear"}), "ok");
  EXPECT_EQ(changes_, 8);
  EXPECT_EQ(ask({"reload"}), "ok");
  EXPECT_EQ(reloads_, 1);
}

TEST_F(ControlCommands, AnswersWhenTheChangeIsKept) {
  EXPECT_EQ(begin({"config", "e1.0", "set", "root"}), "");
  EXPECT_TRUE(target().target.config_string.empty());
  EXPECT_THAT(writer_.started(), testing::ElementsAre("e1.0 root"));
  keeper_.written({1, 0}, {});
  EXPECT_EQ(*answer_, "ok");
  EXPECT_EQ(status_["exports"].items().at(0)["config_string"].as_text(), "root");
}

TEST_F(ControlCommands, SaysWhenAChangeCannotBeKept) {
  EXPECT_EQ(begin({"config", "e1.0", "set", "root"}), "");
  keeper_.written({1, 0}, base::fail("no room: e1.0 stays as it was"));
  EXPECT_EQ(*answer_, "no room: e1.0 stays as it was");
  EXPECT_TRUE(target().target.config_string.empty());
}

TEST_F(ControlCommands, ADrainedExportAnswersNobodyUntilTheNextReload) {
  EXPECT_EQ(ask({"drain", "e1.0"}), "ok");
  EXPECT_EQ(inventory_.ports().at("eth0")->exports.find({1, 0}), nullptr);
  EXPECT_EQ(ask({"status"}), "ok");
  EXPECT_EQ(status_["exports"].items().at(0)["state"].as_text(), "drained");
}

TEST_F(ControlCommands, SaysWhatItDoesNotUnderstand) {
  EXPECT_EQ(ask({"dance"}), "this server does not know the command 'dance'");
  EXPECT_EQ(ask({"mask"}), "mask of which export? Name it, as in e1.0");
  EXPECT_EQ(ask({"mask", "e1.9"}), "e1.9 is not exported here");
  EXPECT_EQ(ask({"mask", "eth0"}), "'eth0' is not an AoE address: write shelf.slot, as in 1.0 or e1.0");
  EXPECT_EQ(ask({"mask", "e1.0", "add"}), "mask knows 'add MAC...', 'remove MAC...' and 'clear'");
  EXPECT_EQ(ask({"mask", "e1.0", "add", "x"}),
            "'x' is not a MAC address: write six pairs of hex digits, as in 00:80:c8:ca:ff:65");
  EXPECT_EQ(ask({"config", "e1.0", "set"}), "config knows 'set TEXT' and 'clear'");
  EXPECT_EQ(ask({"config", "e1.0", "set", std::string(1025, 'x')}),
            "a config string of 1025 bytes is too long: at most 1024");
  EXPECT_EQ(ask({"reserve", "e1.0", "set"}), "reserve knows 'set MAC...' and 'clear'");
  EXPECT_EQ(ask({"drain", "e1.0", "now"}), "drain takes nothing but the export");
  EXPECT_EQ(changes_, 0);
}
