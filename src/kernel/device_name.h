// DeviceName: a device of the driver as people write it: "e1.0", "e1.0p1", "/dev/etherd/e1.0", "1.0".
#pragma once

#include "aoe/address.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace kernel {

struct DeviceName {
  aoe::Address address;
  unsigned partition = 0;  // 1 and on; 0: the whole disk

  static base::Result<DeviceName> parse(std::string_view text);
  std::string text() const;  // "e1.0p1", the node's name in /dev/etherd
};

}  // namespace kernel
