// Diagnosis: why a disk is not there or not well, from what a machine shows, and what to do about it. Pure;
// `aoe doctor` collects the symptoms.
#pragma once

#include "aoetools/doctor/disk_content.h"
#include "aoetools/wire/census.h"
#include "kernel/aoe_driver.h"
#include "net/interface.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aoetools {

struct Finding {
  enum class Level { good, note, fault };
  Level level;
  std::string what;
  std::string remedy;  // empty where there is nothing to do
};

// "ok", "note", "fault"
std::string_view level_text(Finding::Level level);

struct DeviceSymptoms {
  kernel::AoeDevice device;
  enum class Node { right, missing, wrong_number } node = Node::right;
  std::vector<std::string> partitions;     // "e1.0p1", as sysfs has them
  std::vector<std::string> without_nodes;  // those of them that have no node
  std::optional<DiskContent> content;      // absent: not read, or not readable
  bool hangs = false;                      // nothing came while it was read
};

struct Symptoms {
  bool sysfs = true;
  bool driver_loaded = true;
  bool driver_installed = true;
  std::string driver_version;
  std::string etherd;          // where the nodes are
  bool control_files = true;   // it has the driver's
  std::string interface_list;  // aoe_iflist; empty: all
  std::vector<net::Interface> interfaces;
  std::vector<DeviceSymptoms> devices;

  bool scanned = false;    // from user space
  std::string scanned_on;  // "eth0, eth1"
  std::string scan_error;  // why not
  std::vector<TargetFound> targets;

  std::vector<aoe::Address> wanted;  // empty: everything
};

// True when the beginning of the disk can be read and would tell something: it is up, its target answers as
// far as that is known, and it has no partitions.
bool worth_reading(const Symptoms& symptoms, const DeviceSymptoms& device);

// In the order in which things depend on each other: the driver, interfaces, targets, devices.
std::vector<Finding> diagnose(const Symptoms& symptoms);

}  // namespace aoetools
