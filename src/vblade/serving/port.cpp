#include "vblade/serving/port.h"

#include <utility>

namespace vblade {

void Port::attach(std::unique_ptr<net::Link> link) {
  link_ = std::move(link);
  wire.mac = link_->interface().mac;
  wire.mtu = link_->interface().mtu;
  wire.loopback = link_->interface().loopback;
  was_up = link_->interface().up;
}

}  // namespace vblade
