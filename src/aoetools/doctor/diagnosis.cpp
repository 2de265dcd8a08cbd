#include "aoetools/doctor/diagnosis.h"

#include "aoe/target.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace aoetools {

namespace {

using enum Finding::Level;

const TargetFound* target_at(const Symptoms& symptoms, aoe::Address address) {
  const auto at = std::ranges::find(symptoms.targets, address, &TargetFound::address);
  return at == symptoms.targets.end() ? nullptr : &*at;
}

// The driver takes it for a disk that is up, but its target is not heard where the driver heard it.
bool is_silent(const Symptoms& symptoms, const kernel::AoeDevice& device) {
  if (!symptoms.scanned || !device.is_up() || target_at(symptoms, device.address)) return false;
  const auto heard_on = kernel::interfaces_in(device.interfaces.value_or("")),
             scanned = kernel::interfaces_in(symptoms.scanned_on);
  return std::ranges::any_of(
      heard_on, [&](const std::string& name) { return std::ranges::find(scanned, name) != scanned.end(); });
}

class Doctor {
 public:
  explicit Doctor(const Symptoms& symptoms)
      : symptoms_(symptoms), list_(kernel::interfaces_in(symptoms.interface_list)) {}

  std::vector<Finding> examine() {
    driver();
    interfaces();
    wire();
    for (const DeviceSymptoms& device : symptoms_.devices) {
      if (is_wanted(device.device.address)) examine(device);
    }
    missing();
    return std::move(findings_);
  }

 private:
  void tell(Finding::Level level, std::string what, std::string remedy = "") {
    findings_.push_back({level, std::move(what), std::move(remedy)});
  }

  bool is_wanted(aoe::Address address) const {
    return symptoms_.wanted.empty() || std::ranges::find(symptoms_.wanted, address) != symptoms_.wanted.end();
  }
  bool may_use(const std::string& interface) const {
    return list_.empty() || std::ranges::find(list_, interface) != list_.end();
  }
  const TargetFound* target(aoe::Address address) const { return target_at(symptoms_, address); }
  bool driver_has(aoe::Address address) const {
    return std::ranges::any_of(symptoms_.devices,
                               [&](const DeviceSymptoms& d) { return d.device.address == address; });
  }

  void driver() {
    if (!symptoms_.sysfs) tell(fault, "sysfs is not mounted", "mount -t sysfs sysfs /sys");
    if (symptoms_.driver_loaded) {
      tell(good, fmt::format("the aoe driver {} is loaded", symptoms_.driver_version));
    } else if (symptoms_.driver_installed) {
      tell(fault, "the aoe driver is not loaded", "modprobe aoe");
    } else {
      tell(fault, "this kernel has no aoe driver",
           "build it: Device Drivers > Block devices > ATA over Ethernet support (CONFIG_ATA_OVER_ETH=m)");
    }
    if (!symptoms_.driver_loaded || symptoms_.control_files) return;
    tell(fault,
         fmt::format("{}/discover is missing: neither devtmpfs nor udev makes device nodes here",
                     symptoms_.etherd),
         fmt::format("mount -t devtmpfs devtmpfs /dev, or start udev, or: aoe mkdevs {}", symptoms_.etherd));
  }

  void interfaces() {
    std::vector<std::string> ready;
    std::string down;
    bool any = false;
    for (const net::Interface& interface : symptoms_.interfaces) {
      if (!interface.ethernet || interface.name == "lo" || !may_use(interface.name)) continue;
      any = true;
      if (interface.up) {
        ready.push_back(fmt::format("{} (MTU {})", interface.name, interface.mtu));
      } else if (!interface.enabled) {
        down = interface.name;
        if (!list_.empty()) interface_down(interface.name);
      } else {
        tell(list_.empty() ? note : fault, fmt::format("{} is up but has no link", interface.name),
             "look at the cable and at the switch");
      }
    }
    for (const std::string& name : list_) {
      if (std::ranges::find(symptoms_.interfaces, name, &net::Interface::name) == symptoms_.interfaces.end())
        tell(fault,
             fmt::format("the driver's list names {}, which is not an interface of this machine", name),
             "set the list again: aoe interfaces NAME...; and check /etc/modprobe.d/aoe.conf");
    }
    if (!ready.empty()) {
      tell(good, fmt::format("interfaces that may carry disks: {}", fmt::join(ready, ", ")));
    } else if (!any) {
      tell(fault, "this machine has no Ethernet interface that the driver may use",
           "load the network card's driver, or see 'aoe interfaces'");
    } else if (list_.empty() && !down.empty()) {
      interface_down(down);
    }
  }

  void interface_down(const std::string& name) {
    tell(fault, fmt::format("{} is down", name),
         fmt::format("ip link set {} up; no address is needed", name));
  }

  void wire() {
    if (!symptoms_.scanned) {
      tell(note, "the network was not checked: " + symptoms_.scan_error);
      return;
    }
    if (symptoms_.targets.empty()) {
      tell(
          fault, fmt::format("no target answers on {}", symptoms_.scanned_on),
          "is the server up and on the same switch or VLAN (AoE is not routed), and does its mask allow this "
          "machine?");
    }
    for (const TargetFound& found : symptoms_.targets) {
      if (is_wanted(found.address)) examine(found);
    }
  }

  void examine(const TargetFound& found) {
    const std::string name = found.address.text();
    const std::size_t before = findings_.size();
    if (const std::string who = found.conflict(); !who.empty()) {
      tell(fault, fmt::format("{} is served by two hosts: {}", name, who),
           "stop one at once, or give it another address: writes over both destroy the data");
    }
    std::vector<std::string> over;
    bool reachable = false;
    for (const TargetPath& path : found.paths) {
      over.push_back(path.interface);
      reachable = reachable || may_use(path.interface);
      examine(name, path);
    }
    if (!reachable) {
      tell(fault,
           fmt::format("{} answers on {}, but the driver may use only {}", name, fmt::join(over, ", "),
                       fmt::join(list_, ", ")),
           fmt::format("aoe interfaces {} {}", fmt::join(list_, " "), over.front()));
    } else if (symptoms_.driver_loaded && !driver_has(found.address)) {
      tell(fault,
           fmt::format("{} answers on {}, but the driver has no such device", name, fmt::join(over, ", ")),
           "aoe discover; should that not help, look at what the kernel says: dmesg | grep aoe");
    }
    if (findings_.size() == before) tell(good, fmt::format("{} answers on {}", name, fmt::join(over, ", ")));
  }

  void examine(const std::string& name, const TargetPath& path) {
    const std::uint32_t room = aoe::sectors_per_frame(path.mtu);
    if (!path.refusal.empty()) {
      tell(fault, fmt::format("{} refuses to be read on {}: {}", name, path.interface, path.refusal),
           fmt::format("'aoe reserve {}' says whether another machine holds it; see also its server's log",
                       name));
    } else if (path.carried == 0U && path.largest_read() > 0) {
      tell(fault, fmt::format("{} identifies itself on {}, but answers no read", name, path.interface),
           "its disk may hang: see its server's log");
    } else if (path.carried && *path.carried < path.largest_read()) {
      tell(fault,
           fmt::format("frames of {} sectors to {} get lost on {}, with {} they get through",
                       path.largest_read(), name, path.interface, *path.carried),
           fmt::format("a switch or the server has a smaller MTU than the {} of {}: make them equal",
                       path.mtu, path.interface));
    } else if (path.expected() < path.sectors) {
      tell(note,
           fmt::format("{} takes {} sectors in a frame, but the MTU of {} allows only {}", name, path.sectors,
                       path.interface, path.expected()),
           fmt::format("if switch and server allow it: ip link set {} mtu 9000", path.interface));
    } else if (2 * path.sectors <= room) {
      tell(note,
           fmt::format("{} takes {} sectors in a frame, though the MTU {} of {} allows {}", name,
                       path.sectors, path.mtu, path.interface, room),
           "its server's interface has a smaller MTU: raise it there, too, if the switch allows it");
    }
  }

  void examine(const DeviceSymptoms& symptoms) {
    const kernel::AoeDevice& device = symptoms.device;
    const std::size_t before = findings_.size();
    if (!device.is_up()) {
      is_down(device);
    } else if (is_silent(symptoms_, device)) {
      tell(fault,
           fmt::format("the driver reports {} as up, but its target does not answer on {}", device.name,
                       symptoms_.scanned_on),
           "check its server, the cable, and whether its mask still allows this machine; users of the disk "
           "wait "
           "until the driver gives it up after aoe_deadsecs");
    } else if (symptoms.hangs) {
      tell(fault, fmt::format("{} is up, but reading it hangs", device.name),
           "its server's disk may hang, or its frames get lost: see the server's log, and 'aoe top'");
    } else if (device.sectors.value_or(0) == 0) {
      tell(fault, fmt::format("{} has no size yet", device.name),
           fmt::format("aoe revalidate {}; its target may refuse to identify itself: aoe scan {}",
                       device.name, device.name));
    }
    const std::string node = symptoms_.etherd + "/" + device.name;
    if (symptoms.node == DeviceSymptoms::Node::missing) {
      node_missing(device.name);
    } else if (symptoms.node == DeviceSymptoms::Node::wrong_number) {
      tell(fault, fmt::format("{} has a wrong device number: it is the node of another disk", node),
           fmt::format("rm {}, then 'udevadm trigger' or 'aoe mkdevs'", node));
    }
    for (const std::string& partition : symptoms.without_nodes) node_missing(partition);
    if (device.is_up() && symptoms.partitions.empty() && symptoms.content)
      without_partitions(device, *symptoms.content);
    if (findings_.size() == before) tell(good, fmt::format("{} is up", device.name));
  }

  void node_missing(const std::string& name) {
    tell(fault, fmt::format("the driver has {}, but there is no {}/{}", name, symptoms_.etherd, name),
         "neither devtmpfs nor udev makes device nodes here: mount devtmpfs or start udev");
  }

  void is_down(const kernel::AoeDevice& device) {
    const bool answers = symptoms_.scanned && target(device.address);
    const std::string state = device.state.value_or("in an unknown state");
    const bool held = state.find("closewait") != state.npos;
    tell(fault, fmt::format("{} is {}{}", device.name, state, answers ? ", though its target answers" : ""),
         held
             ? fmt::format("stop its users first, which 'aoe map {}' shows, then: aoe flush {}; aoe discover",
                           device.name, device.name)
         : answers ? fmt::format("aoe revalidate {}", device.name)
                   : "start its target again, then: aoe discover");
  }

  void without_partitions(const kernel::AoeDevice& device, const DiskContent& content) {
    using Kind = DiskContent::Kind;
    switch (content.kind) {
      case Kind::table:
        tell(fault, fmt::format("{} has {}, but the kernel shows no partitions", device.name, content.name),
             fmt::format("blockdev --rereadpt {}/{}; check that the table is complete, and that the kernel "
                         "supports it",
                         symptoms_.etherd, device.name));
        break;
      case Kind::filesystem:
        tell(note,
             fmt::format(
                 "{} has no partitions: {} begins where the disk begins, as when a partition is exported",
                 device.name, content.name),
             fmt::format("use {}/{} itself; there will be no {}p1", symptoms_.etherd, device.name,
                         device.name));
        break;
      case Kind::empty:
        tell(note, fmt::format("{} is empty: no partition table, no file system", device.name),
             fmt::format("the kernel logs 'unknown partition table' for it; create one with parted or "
                         "mkfs on {}/{}",
                         symptoms_.etherd, device.name));
        break;
      case Kind::unknown:
        tell(
            note,
            fmt::format("{} begins with neither a partition table nor a file system known here", device.name),
            fmt::format("see what blkid {}/{} says", symptoms_.etherd, device.name));
        break;
    }
  }

  // Tells of the targets that were asked for and are nowhere.
  void missing() {
    if (!symptoms_.scanned) return;
    for (const aoe::Address address : symptoms_.wanted) {
      if (driver_has(address) || target(address)) continue;
      tell(fault, fmt::format("{} answers on none of {}", address.text(), symptoms_.scanned_on),
           "is it exported there, under this address, and does its mask allow this machine?");
    }
  }

  const Symptoms& symptoms_;
  const std::vector<std::string> list_;  // of interfaces; empty: all
  std::vector<Finding> findings_;
};

}  // namespace

std::string_view level_text(Finding::Level level) {
  constexpr std::string_view kTexts[] = {"ok", "note", "fault"};
  return kTexts[static_cast<std::size_t>(level)];
}

bool worth_reading(const Symptoms& symptoms, const DeviceSymptoms& device) {
  return device.device.is_up() && device.node == DeviceSymptoms::Node::right && device.partitions.empty() &&
         !is_silent(symptoms, device.device);
}

std::vector<Finding> diagnose(const Symptoms& symptoms) {
  return Doctor(symptoms).examine();
}

}  // namespace aoetools
