// Rival: another host that says it serves one of our addresses. Initiators mix the two disks.
#pragma once

#include "base/mac_address.h"

#include <string>

namespace vblade {

struct Rival {
  base::MacAddress mac;
  std::string interface;        // of ours, on which it was heard
  unsigned silent_seconds = 0;  // since it was heard last
};

}  // namespace vblade
