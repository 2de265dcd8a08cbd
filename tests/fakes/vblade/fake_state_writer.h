// FakeStateWriter: a stable storage that a test drives by hand.
#pragma once

#include "vblade/serving/state_keeper.h"

#include <string>
#include <utility>
#include <vector>

class FakeStateWriter : public vblade::StateWriter {
 public:
  // "e1.0 text": the address and the config string of the writes that were started since the last call.
  std::vector<std::string> started() { return std::exchange(started_, {}); }

  void start(aoe::Address address, const aoe::TargetState& state) override {
    const std::string text(reinterpret_cast<const char*>(state.config_string.data()),
                           state.config_string.size());
    started_.push_back(address.text() + " " + text);
  }

 private:
  std::vector<std::string> started_;
};
