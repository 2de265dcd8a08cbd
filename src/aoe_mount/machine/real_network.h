// RealNetwork: the interfaces of this machine. What it changes is in the ledger first.
#pragma once

#include "aoe_mount/machine/ledger.h"
#include "aoe_mount/machine/network.h"
#include "kernel/system_paths.h"

namespace aoe_mount {

class RealNetwork : public Network {
 public:
  RealNetwork(const kernel::SystemPaths& paths, Ledger& ledger) : paths_(paths), ledger_(ledger) {}

  base::Result<std::vector<net::Interface>> interfaces() override;
  base::Result<bool> raise(const std::string& name) override;
  base::Result<> lower(const std::string& name) override;
  std::string user_of(const std::string& name) override;
  base::Result<> set_mtu(const std::string& name, std::uint32_t mtu) override;
  base::Result<> restore_mtu(const std::string& name) override;

 private:
  const kernel::SystemPaths& paths_;
  Ledger& ledger_;
};

}  // namespace aoe_mount
