#include "vblade/control/control_commands.h"

#include "tests/unit/vblade/inventory/served.h"

namespace {

class ControlCommands : public Served {
 protected:
  ControlCommands() { EXPECT_TRUE(apply({wanted(0)}).empty()); }
  std::string ask(std::vector<std::string> words) {
    const auto answer = commands_.carry_out(words);
    return answer ? "ok" : answer.error().message;
  }
  vblade::Export& target() { return *inventory_.exports().begin()->second; }

  int reloads_ = 0;
  int changes_ = 0;
  vblade::ControlCommands commands_{inventory_,
                                    [this] {
                                      ++reloads_;
                                      return base::Result<>{};
                                    },
                                    [this](vblade::Export&) { ++changes_; }};
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

TEST_F(ControlCommands, ADrainedExportAnswersNobodyUntilTheNextReload) {
  EXPECT_EQ(ask({"drain", "e1.0"}), "ok");
  EXPECT_EQ(inventory_.ports().at("eth0")->exports.find({1, 0}), nullptr);
  EXPECT_EQ((*commands_.carry_out({"status"}))["exports"].items().at(0)["state"].as_text(), "drained");
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
