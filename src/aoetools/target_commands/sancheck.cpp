// aoe sancheck (aoe-sancheck): every path to every target, and how large a frame it carries.
#include "aoetools/command_line/invocation.h"
#include "aoetools/wire/scanner.h"
#include "base/json.h"
#include "kernel/attribute.h"
#include "kernel/system_paths.h"

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

namespace aoetools {

namespace {

struct CheckedInterface {
  std::string name;
  bool enabled = false;
  std::uint32_t mtu = 0;
  std::string pci_id;  // empty: no PCI device
};

base::Json interface_json(const CheckedInterface& interface) {
  return base::Json::Fields{
      {"interface", interface.name},
      {"enabled", interface.enabled},
      {"mtu", interface.mtu},
      {"pci_id", interface.pci_id.empty() ? base::Json() : base::Json(interface.pci_id)}};
}

void heading(std::string_view title) {
  const std::string rule(42, '=');
  fmt::print("{}\n{}\n{}\n", rule, title, rule);
}

// "8086:10d3"; empty for what is no PCI device.
std::string pci_id(const std::filesystem::path& sysfs, const std::string& interface) {
  const auto device = sysfs / "class" / "net" / interface / "device";
  const auto vendor = kernel::first_line(device / "vendor");
  const auto product = kernel::first_line(device / "device");
  if (!vendor || !product || vendor->size() < 3 || product->size() < 3) return "";
  return vendor->substr(2) + ":" + product->substr(2);
}

std::vector<CheckedInterface> check(const std::vector<net::Interface>& interfaces) {
  const kernel::SystemPaths paths = kernel::SystemPaths::from_environment();
  std::vector<CheckedInterface> checked;
  for (const auto& interface : interfaces) {
    if (!interface.ethernet || interface.name == "lo") continue;
    checked.push_back(
        {interface.name, interface.enabled, interface.mtu, pci_id(paths.sysfs, interface.name)});
  }
  return checked;
}

void print_interfaces(const std::vector<CheckedInterface>& interfaces) {
  heading("INTERFACE SUMMARY");
  fmt::print("Name\tStatus\tMTU\tPCI ID\n");
  for (const auto& interface : interfaces) {
    fmt::print("{}\t{}\t{}\t{}\n", interface.name, interface.enabled ? "UP" : "DN", interface.mtu,
               interface.pci_id);
  }
}

unsigned payload_of(const TargetPath& path) {
  return path.sectors * static_cast<unsigned>(base::kSectorBytes);
}

void print_device(const TargetFound& target) {
  std::set<base::MacAddress> macs;
  std::set<std::string> locals;
  std::set<std::uint32_t> mtus;
  unsigned payload = 0;
  for (const TargetPath& path : target.paths) {
    macs.insert(path.mac);
    locals.insert(path.interface);
    mtus.insert(path.mtu);
    payload = std::max(payload, payload_of(path));
  }
  fmt::print("{}\t{:>4}\t{:>4}\t{}\n", target.address.text(), macs.size(), payload, fmt::join(locals, ","));
  if (macs.size() != locals.size()) fmt::print("   Mismatched number of local vs remote interfaces\n");
  for (const TargetPath& path : target.paths) {
    if (mtus.size() > 1 && path.mtu != *mtus.rbegin()) {
      fmt::print("   {}: MTU different from other interfaces ({} vs. {})\n", path.interface, path.mtu,
                 *mtus.rbegin());
    }
    if (path.expected() < path.sectors) {
      fmt::print("   {}: MTU ({}) not set optimally for device's capable payload\n", path.interface,
                 path.mtu);
    }
    if (path.carried && *path.carried < path.largest_read()) {
      fmt::print("   The path {}->{} is only capable of {} byte payloads\n", path.interface, path.mac.text(),
                 *path.carried * base::kSectorBytes);
    }
  }
}

void print_paths(const std::vector<CheckedInterface>& interfaces, const std::vector<TargetFound>& targets) {
  for (const auto& interface : interfaces) {
    fmt::print("{}:\n", interface.name);
    for (const TargetFound& target : targets) {
      for (const TargetPath& path : target.paths) {
        if (path.interface != interface.name) continue;
        std::string digits = path.mac.text();
        std::erase(digits, ':');
        fmt::print("{} {} {}\n", target.address.text(), digits, path.carried.value_or(0));
      }
    }
    fmt::print("\n");
  }
}

}  // namespace

int sancheck(const Invocation& invocation) {
  bool verbose = false, json = false;
  std::chrono::milliseconds timeout{2000};
  std::vector<std::string> ignored;
  Options options(invocation, "Checks every path to every target, and the frame size that it carries.",
                  {{"aoe sancheck", "check all Ethernet interfaces"},
                   {"aoe sancheck -v", "list each path as well"},
                   {"aoe sancheck --json", "print everything, for scripts"}});
  options.flag("-v", verbose, "list every path: target, MAC, sectors that one frame carries")
      .duration("-t,--timeout", timeout, "listen for this time")
      .flag("--json", json, "print JSON")
      .words("ARGUMENT", ignored, "ignored");
  if (const auto status = options.parse(kFailed)) return *status;

  const auto all = net::interfaces();
  if (!all) return complain(invocation, "{}", all.error().message);
  const auto interfaces = check(*all);
  std::vector<std::string> usable;
  for (const auto& interface : interfaces) {
    if (interface.enabled) usable.push_back(interface.name);
  }
  std::vector<TargetFound> targets;
  if (!json) fmt::print("Probing...");
  std::fflush(stdout);
  if (!usable.empty()) {
    auto wire = Wire::open(usable);
    if (!wire) return complain(invocation, "{}", wire.error().message);
    targets = Scanner(*wire).scan({}, timeout);
  }
  if (json) {
    const base::Json found = base::Json::Fields{
        {"interfaces", base::Json::list_of(interfaces, interface_json)}, {"targets", to_json(targets)}};
    fmt::print("{}\n", found.indented_text());
    return kDone;
  }
  fmt::print("done.\n");
  print_interfaces(interfaces);
  heading("DEVICE SUMMARY");
  fmt::print("Device\tMacs\tPayload\tLocal Interfaces\n");
  for (const TargetFound& target : targets) print_device(target);
  if (verbose) print_paths(interfaces, targets);
  return kDone;
}

}  // namespace aoetools
