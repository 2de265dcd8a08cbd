// Hosts: who may do something. "Everybody" is a word of its own, so that a list that has become empty lets
// nobody in.
#pragma once

#include "base/mac_address.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace aoe {

// Addresses are compared as numbers, because lists are searched for every frame.
inline bool contains(const std::vector<base::MacAddress>& list, base::MacAddress mac) {
  const auto number = [](const base::MacAddress& address) {
    std::uint32_t low = 0;
    std::uint16_t high = 0;
    std::memcpy(&low, address.octets.data(), sizeof low);
    std::memcpy(&high, address.octets.data() + sizeof low, sizeof high);
    return low | std::uint64_t{high} << 32;
  };
  return std::ranges::find(list, number(mac), number) != list.end();
}

class Hosts {
 public:
  static Hosts everybody() { return Hosts(true, {}); }
  // These and no others; without any it is nobody.
  static Hosts only(std::vector<base::MacAddress> members) { return Hosts(false, std::move(members)); }
  // A list of the protocol (the mask, the reservation, -m of the classic vblade), where none is no limit.
  static Hosts of_protocol_list(std::vector<base::MacAddress> members) {
    return members.empty() ? everybody() : only(std::move(members));
  }

  bool let(base::MacAddress mac) const { return everybody_ || contains(members_, mac); }
  bool are_everybody() const { return everybody_; }
  // Empty when they are everybody.
  const std::vector<base::MacAddress>& members() const { return members_; }

  friend bool operator==(const Hosts&, const Hosts&) = default;

 private:
  Hosts(bool everybody, std::vector<base::MacAddress> members)
      : everybody_(everybody), members_(std::move(members)) {}

  bool everybody_;
  std::vector<base::MacAddress> members_;
};

}  // namespace aoe
