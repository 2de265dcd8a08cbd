// FakeAddressProbe: other hosts that serve addresses, as a test says. It takes no time.
#pragma once

#include "vblade/inventory/address_probe.h"

#include <algorithm>
#include <vector>

class FakeAddressProbe : public vblade::AddressProbe {
 public:
  std::vector<vblade::AddressConflict> others;  // those that are asked for answer
  vblade::ProbeQuestions asked;                 // by the last call

  std::vector<vblade::AddressConflict> ask(const vblade::ProbeQuestions& questions, std::chrono::milliseconds,
                                           const std::function<void()>& meanwhile) override {
    asked = questions;
    meanwhile();
    std::vector<vblade::AddressConflict> found;
    for (const vblade::AddressConflict& other : others) {
      const auto addresses = questions.find(other.interface);
      if (addresses != questions.end() && std::ranges::count(addresses->second, other.address) > 0)
        found.push_back(other);
    }
    return found;
  }
};
