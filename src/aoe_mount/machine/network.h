// Network: the interfaces that lead to the targets.
#pragma once

#include "base/result.h"
#include "net/interface.h"

#include <cstdint>
#include <string>
#include <vector>

namespace aoe_mount {

class Network {
 public:
  virtual ~Network() = default;

  virtual base::Result<std::vector<net::Interface>> interfaces() = 0;
  // Raises it without touching its addresses. True: it was down before.
  virtual base::Result<bool> raise(const std::string& name) = 0;
  virtual base::Result<> lower(const std::string& name) = 0;
  // Says why an interface has to stay up: "it has the address 10.0.0.1"; empty: nobody needs it.
  virtual std::string user_of(const std::string& name) = 0;
  virtual base::Result<> set_mtu(const std::string& name, std::uint32_t mtu) = 0;
  // Restores the MTU from before set_mtu(); does nothing for an interface that has gone.
  virtual base::Result<> restore_mtu(const std::string& name) = 0;
};

}  // namespace aoe_mount
