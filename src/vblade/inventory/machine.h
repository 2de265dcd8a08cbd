// Machine: what the server asks of the machine that it runs on. Tests put a made-up one in its place.
#pragma once

#include "aoe/address.h"
#include "base/fd.h"
#include "base/result.h"
#include "net/interface.h"
#include "net/link.h"
#include "vblade/classic/old_server.h"
#include "vblade/process/disk_holders.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace vblade {

class OpenerProcess;

class Machine {
 public:
  virtual ~Machine() = default;
  virtual base::Result<std::vector<net::Interface>> interfaces() = 0;
  // `filter`: which AoE frames to hear, in libpcap's language. `room`: frames that may come at once.
  virtual base::Result<std::unique_ptr<net::Link>> open_link(const std::string& interface,
                                                             const std::string& filter, std::size_t room) = 0;
  // Targets of others on this machine, which only its list of processes shows.
  virtual std::vector<OldServer> old_servers() = 0;
  // Users of disks whom no lock shows.
  virtual std::vector<DiskHolder> disk_holders() = 0;
  // Makes this process the only server of an address on an interface, until the descriptor is closed. The
  // error names the process that is.
  virtual base::Result<base::Fd> claim_address(aoe::Address address, const std::string& interface) = 0;
};

class RealMachine : public Machine {
 public:
  // `opener`: of a process that has given up its rights.
  explicit RealMachine(OpenerProcess* opener = nullptr) : opener_(opener) {}

  base::Result<std::vector<net::Interface>> interfaces() override;
  base::Result<std::unique_ptr<net::Link>> open_link(const std::string& interface, const std::string& filter,
                                                     std::size_t room) override;
  std::vector<OldServer> old_servers() override;
  std::vector<DiskHolder> disk_holders() override;
  base::Result<base::Fd> claim_address(aoe::Address address, const std::string& interface) override;

 private:
  OpenerProcess* opener_;
};

}  // namespace vblade
