// FakeMachine: a machine with the interfaces that a test gives it; links to them are fakes that the test can
// find.
#pragma once

#include "tests/fakes/net/fake_link.h"
#include "vblade/inventory/machine.h"

#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

class FakeMachine : public vblade::Machine {
 public:
  std::vector<net::Interface> present;
  std::map<std::string, net::FakeLink*> links;  // opened last; gone when their port is
  std::vector<std::string> opened;              // the links to serve on, in this order
  // What the next link to serve on has heard by the time that it is open.
  std::vector<std::vector<std::byte>> already_heard;
  // By interface: frames that a link hears which listens for responses.
  std::map<std::string, std::vector<std::vector<std::byte>>> responses;

  std::vector<vblade::OldServer> old;
  std::vector<vblade::DiskHolder> holders;
  std::set<std::string> taken;       // "e1.0 eth0": by another server of this machine
  std::vector<std::string> claimed;  // the same, by us, in this order

  void add(const std::string& name, std::uint32_t mtu = 1500) {
    const int index = static_cast<int>(present.size()) + 1;
    present.push_back({.name = name,
                       .index = index,
                       .mac = {{2, 0, 0, 0, 0, static_cast<std::uint8_t>(index)}},
                       .mtu = mtu,
                       .up = true,
                       .enabled = true,
                       .ethernet = true});
  }
  net::Interface& interface(const std::string& name) {
    for (auto& one : present) {
      if (one.name == name) return one;
    }
    std::abort();
  }

  base::Result<std::vector<net::Interface>> interfaces() override { return present; }
  base::Result<std::unique_ptr<net::Link>> open_link(const std::string& name, const std::string& filter,
                                                     std::size_t room) override {
    auto link = std::make_unique<net::FakeLink>(interface(name));
    link->ring = room;
    link->filter = filter;
    if (filter == "ether[14] & 0x08 = 0x08") {
      for (const auto& frame : responses[name]) link->arrive(frame);
    } else {
      links[name] = link.get();
      opened.push_back(name);
      for (const auto& frame : std::exchange(already_heard, {})) link->arrive(frame);
    }
    return link;
  }
  std::vector<vblade::OldServer> old_servers() override { return old; }
  std::vector<vblade::DiskHolder> disk_holders() override { return holders; }
  base::Result<base::Fd> claim_address(aoe::Address address, const std::string& interface) override {
    const std::string name = fmt::format("{} {}", address.text(), interface);
    if (taken.contains(name) || is_held(name)) return base::fail_as(EADDRINUSE, "{} is taken", name);
    claimed.push_back(name);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::fail_errno(errno, "no pipe");
    held_[name] = base::Fd(ends[0]);
    return base::Fd(ends[1]);
  }

 private:
  bool is_held(const std::string& name) const {
    const auto claim = held_.find(name);
    if (claim == held_.end()) return false;
    pollfd end{.fd = claim->second.get(), .events = POLLIN, .revents = 0};
    return ::poll(&end, 1, 0) == 0;
  }

  std::map<std::string, base::Fd> held_;  // the other end of each claim
};
