// AddressProbe: asks the network whether somebody else serves an address already: two disks at one address
// would be mixed by every initiator, sector by sector. The real one is WireProbe.
#pragma once

#include "aoe/address.h"
#include "base/mac_address.h"
#include "vblade/inventory/machine.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace vblade {

struct AddressConflict {
  std::string interface;
  aoe::Address address;
  base::MacAddress mac;
};

// By interface: the addresses to ask for.
using ProbeQuestions = std::map<std::string, std::vector<aoe::Address>>;

class AddressProbe {
 public:
  virtual ~AddressProbe() = default;
  // Hosts that serve these addresses, ourselves among them where we serve one on another interface of the
  // same network. Waits all of `patience` for answers, for nobody can say that there are no more, and calls
  // `meanwhile` every millisecond.
  virtual std::vector<AddressConflict> ask(const ProbeQuestions& questions,
                                           std::chrono::milliseconds patience,
                                           const std::function<void()>& meanwhile) = 0;
};

// An interface that cannot be asked is left out: who wants to serve on it finds out why.
class WireProbe final : public AddressProbe {
 public:
  explicit WireProbe(Machine& machine) : machine_(machine) {}

  std::vector<AddressConflict> ask(const ProbeQuestions& questions, std::chrono::milliseconds patience,
                                   const std::function<void()>& meanwhile) override;

 private:
  Machine& machine_;
};

}  // namespace vblade
