// Census: which targets are on the wires, by which paths, as replies told. Pure; the scanner asks the
// questions.
#pragma once

#include "aoe/address.h"
#include "aoe/identify.h"
#include "aoe/response.h"
#include "base/json.h"
#include "base/mac_address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace aoetools {

// One way to a target: a MAC of it, seen on one of our interfaces.
struct TargetPath {
  std::size_t port = 0;  // index of the interface in the scan
  std::string interface;
  std::uint32_t mtu = 0;  // of our interface
  base::MacAddress mac;
  std::uint16_t buffers = 0;
  std::uint16_t firmware = 0;
  unsigned sectors = 0;                       // most in one frame, as the target says
  std::string config;                         // the config string's bytes
  std::optional<aoe::IdentifyData> identity;  // absent: IDENTIFY stayed unanswered
  std::string refusal;  // why the target does not let itself be read; empty: it does, or said nothing
  std::optional<unsigned> carried;  // most sectors in one frame that really went both ways; absent: untested
  bool answers_twice = false;       // two replies to one question: two servers behind one MAC

  // The most that one frame could carry, by our MTU and what the target says.
  unsigned expected() const;
  // The largest read that can be tried: no more than that, and no more than there is on the disk.
  unsigned largest_read() const;
  // The MTU that frames with `carried` sectors need all along the path, and that it therefore has at least.
  std::optional<std::uint32_t> proven_mtu() const;
  // Says what is wrong with the path, and what to do; empty: nothing.
  std::string trouble() const;
};

struct TargetFound {
  aoe::Address address;
  std::vector<TargetPath> paths;

  // The first path whose target told who it is; else the first.
  const TargetPath& best() const;
  // Says why this address must be served by more than one host; empty: nothing says so.
  std::string conflict() const;
};

base::Json to_json(const std::vector<TargetFound>& targets);

class Census {
 public:
  struct Heard {
    TargetPath* path;
    bool is_new;
  };
  // Takes in a config reply. Replies with the same non-zero tag on the same path betray two servers.
  Heard hear(std::size_t port, std::string_view interface, std::uint32_t mtu, const aoe::Header& header,
             const aoe::ConfigReply& reply);
  TargetPath* find(aoe::Address address, std::size_t port, base::MacAddress mac);
  std::size_t size() const { return targets_.size(); }
  bool has(aoe::Address address) const { return targets_.contains(address); }

  // By shelf and slot; paths by interface, then MAC, so that the same network always looks the same, whoever
  // answers first.
  std::vector<TargetFound> targets() const;

 private:
  using PathKey = std::pair<std::size_t, base::MacAddress>;
  struct Entry {
    std::map<PathKey, TargetPath> paths;
    std::map<PathKey, std::set<std::uint32_t>> tags;
  };
  std::map<aoe::Address, Entry> targets_;
};

}  // namespace aoetools
