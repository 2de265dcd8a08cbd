// The commands' results as JSON text, for scripts. All in one file, because nlohmann's templates cost
// seconds to compile. Keys are stable: removing or renaming one is a change that CHANGELOG.md names.
#pragma once

#include "aoetools/bench/load.h"
#include "aoetools/doctor/diagnosis.h"
#include "aoetools/dump/narrator.h"
#include "aoetools/map/storage_map.h"
#include "aoetools/top/device_load.h"
#include "aoetools/wire/census.h"
#include "kernel/aoe_driver.h"
#include "kernel/device_name.h"
#include "kernel/device_nodes.h"
#include "net/capture.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aoetools {

std::string json_text(const std::vector<kernel::AoeDevice>& devices);
std::string json_text(const std::vector<TargetFound>& targets);
std::string json_text(const Told& told);                      // one line
std::string json_text(const std::vector<DeviceLoad>& loads);  // one line
std::string json_text(const StorageMap& map);
std::string json_text(const std::vector<kernel::DeviceNode>& nodes);
std::string json_text(const std::vector<Finding>& findings);
std::string json_text(aoe::Address target, const LoadPlan& plan, const LoadResult& result);

struct Versions {
  std::string tools;
  std::optional<std::string> installed, running;  // of the driver; absent: none
};
std::string json_text(const Versions& versions);

// What `aoe scan --watch` heard.
struct ConfigHeard {
  net::CapturedFrame::Time time;
  aoe::Address target;
  std::string interface;
  base::MacAddress mac;
  unsigned buffers = 0, sectors = 0;
  std::string config;    // the bytes of the string
  bool unasked = false;  // an announcement
};
std::string json_text(const ConfigHeard& heard);  // one line

// What `aoe cfg` was answered.
struct ConfigAnswer {
  aoe::Address target;
  std::string config;   // the bytes of the string
  std::string refusal;  // empty: it did as it was told
};
std::string json_text(const std::vector<ConfigAnswer>& answers);

// A device that `aoe flush` meant.
struct Flushed {
  std::string device;
  bool forgotten = false;
};
std::string json_text(const std::vector<Flushed>& devices);

// What `coraid-update` wrote.
struct Written {
  std::string device;
  std::uint64_t bytes = 0;
};
std::string json_text(const Written& written);

// What `aoe ping` learned.
struct PingAnswer {
  aoe::Address target;
  std::string interface;
  base::MacAddress mac;
  std::chrono::nanoseconds latency{0};  // of the config query
  std::optional<aoe::IdentifyData> identity;
  struct Smart {
    std::string command;
    std::uint8_t status = 0, error = 0, count = 0;
    std::uint64_t lba = 0;
    std::vector<std::byte> data;  // of the commands that read
  };
  std::optional<Smart> smart;
};
std::string json_text(const PingAnswer& answer);

// What `aoe sancheck` looked at.
struct CheckedInterface {
  std::string name;
  bool enabled = false;
  std::uint32_t mtu = 0;
  std::string pci_id;  // empty: no PCI device
};
std::string json_text(const std::vector<CheckedInterface>& interfaces,
                      const std::vector<TargetFound>& targets);

// The driver's list of interfaces, separated by commas or blanks; empty: it uses all.
std::string interface_list_json(std::string_view list);

// A device that `aoe wait` waits for.
struct Awaited {
  kernel::DeviceName name;
  bool present = false;
  std::chrono::milliseconds after{0};  // how long it took, or has been waited for so far
  std::string lack;                    // why it cannot be used; empty when present
};
std::string json_text(const std::vector<Awaited>& devices);

}  // namespace aoetools
