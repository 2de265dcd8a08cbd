// Port: an interface that exports are served on. It outlives its link: when the interface goes away the port
// waits without one, and what was on its way through it is dropped.
#pragma once

#include "aoe/target.h"
#include "net/link.h"
#include "vblade/serving/export_table.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vblade {

struct Exchange;

struct PortCounters {
  std::uint64_t requests = 0;
  std::uint64_t replies = 0;
  std::uint64_t not_ours = 0;  // for an address that is not served here
  std::uint64_t malformed = 0;
  std::uint64_t dropped = 0;  // because we held too many requests
};

class Port {
 public:
  explicit Port(std::string interface) : name(std::move(interface)) {}

  void attach(std::unique_ptr<net::Link> link);
  void detach() { link_.reset(); }
  net::Link* link() const { return link_.get(); }

  const std::string name;
  aoe::Station wire;  // as the protocol's rules see it
  ExportTable exports;
  bool was_up = true;  // when its interface was looked at last
  PortCounters counters;
  std::vector<Exchange*> replies;  // that leave with the next send
  unsigned outstanding = 0;        // exchanges that came in here and are not given back

 private:
  std::unique_ptr<net::Link> link_;
};

}  // namespace vblade
