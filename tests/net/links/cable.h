// Cable: a veth pair in the namespace that the test program runs in. Its two ends are "left" and "right".
#pragma once

#include "base/bytes.h"
#include "net/interface.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>

namespace net::test {

constexpr std::uint16_t kEtherType = 0x88a2;

inline void run(const std::string& command) {
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

class Cable : public testing::Test {
 protected:
  void SetUp() override {
    // Nothing but the test's own frames on the wire, and nothing on the machine's own interfaces ever.
    const auto all = interfaces();
    ASSERT_TRUE(all);
    for (const Interface& one : *all)
      ASSERT_TRUE(one.name == "lo" || !one.up) << "run this in a network namespace of its own: unshare -n";
    run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
    run("ip link add left mtu 1500 type veth peer name right mtu 1500");
    run("ip link set left up; ip link set right up");
    // The kernel finds a carrier in its own time, a second later at most, or more on a busy machine.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!(is_up("left") && is_up("right"))) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << "the cable has no carrier";
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  static bool is_up(const std::string& name) {
    const auto found = find_interface(name);
    return found && found->up;
  }
  void TearDown() override { (void)!std::system("ip link del left 2>/dev/null"); }
};

inline bool readable(int fd, int milliseconds) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, milliseconds) == 1;
}

using Whole = std::array<std::byte, 60>;

// A frame of our EtherType whose first payload byte is `mark`.
inline Whole frame_to(base::MacAddress destination, std::uint8_t mark,
                      std::uint16_t ether_type = kEtherType) {
  Whole frame{};
  destination.store(frame.data());
  frame[6] = std::byte{0x02};
  base::store_be<std::uint16_t>(&frame[12], ether_type);
  frame[14] = std::byte{mark};
  return frame;
}

}  // namespace net::test
