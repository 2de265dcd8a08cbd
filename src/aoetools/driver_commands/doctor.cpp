// aoe doctor: looks for what keeps AoE disks from working, and says what to do.
#include "aoetools/command_line/invocation.h"
#include "aoetools/command_line/terminal.h"
#include "aoetools/doctor/diagnosis.h"
#include "aoetools/doctor/patient_read.h"
#include "aoetools/wire/scan_progress.h"
#include "aoetools/wire/target_words.h"
#include "base/json.h"
#include "base/printable.h"
#include "kernel/installed_driver.h"

#include <algorithm>
#include <chrono>
#include <system_error>

#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace aoetools {

namespace {

namespace fs = std::filesystem;

// A disk of the network gives its beginning within milliseconds.
constexpr std::chrono::seconds kPatience{3};

void read_content(const fs::path& node, DeviceSymptoms& symptoms) {
  const DiskStart start = read_start(node, kContentBytes, kPatience);
  symptoms.hangs = start.hangs;
  if (start.bytes) symptoms.content = content_of(*start.bytes);
}

DeviceSymptoms look_at(const kernel::AoeDriver& driver, const kernel::AoeDevice& device) {
  DeviceSymptoms symptoms;
  symptoms.device = device;
  const fs::path node = driver.paths().etherd / device.name;
  struct ::stat status;
  if (::stat(node.c_str(), &status) != 0) {
    symptoms.node = DeviceSymptoms::Node::missing;
  } else if (device.dev && S_ISBLK(status.st_mode) &&
             *device.dev != fmt::format("{}:{}", major(status.st_rdev), minor(status.st_rdev))) {
    symptoms.node = DeviceSymptoms::Node::wrong_number;
  }
  symptoms.partitions = driver.partitions_of(device.name);
  std::error_code unreadable;
  for (const std::string& name : symptoms.partitions) {
    if (!fs::exists(driver.paths().etherd / name, unreadable)) symptoms.without_nodes.push_back(name);
  }
  return symptoms;
}

void scan_for(Symptoms& symptoms, const std::vector<std::string>& interfaces,
              std::chrono::milliseconds timeout) {
  auto wire = Wire::open(interfaces);
  if (!wire) {
    symptoms.scan_error = wire.error().message;
    return;
  }
  symptoms.scanned = true;
  symptoms.scanned_on = wire->names();
  symptoms.targets = scan_with_progress(*wire, {}, timeout);
}

base::Json finding_json(const Finding& finding) {
  return base::Json::Fields{{"level", level_text(finding.level)},
                            {"finding", finding.what},
                            {"remedy", finding.remedy.empty() ? base::Json() : base::Json(finding.remedy)}};
}

void print(const std::vector<Finding>& findings) {
  constexpr Colour kColours[] = {Colour::green, Colour::yellow, Colour::red};
  for (const Finding& finding : findings) {
    const std::string level = fmt::format("{:<6}", level_text(finding.level));
    fmt::print("{}{}\n", coloured(kColours[static_cast<std::size_t>(finding.level)], level, stdout),
               base::legible(finding.what));
    if (!finding.remedy.empty()) fmt::print("        {}\n", base::legible(finding.remedy));
  }
}

}  // namespace

int doctor(const Invocation& invocation) {
  bool json = false, offline = false;
  std::chrono::milliseconds timeout{1000};
  std::vector<std::string> interfaces, words;
  Options options(invocation,
                  "Diagnoses AoE disks: checks the driver, interfaces, the network, device nodes and\n"
                  "partitions. The line below each fault says what to do.\n"
                  "Exit status: 0 no fault, 1 a fault.",
                  {{"aoe doctor", "check everything"},
                   {"aoe doctor e1.0", "check e1.0"},
                   {"aoe doctor --offline", "check this machine only"}});
  options.values("-i,--interface", interfaces, "NAME", "search the network only on these; names or patterns")
      .duration("-t,--timeout", timeout, "listen to the network for this time")
      .flag("--offline", offline, "send nothing to the network")
      .flag("--json", json, "print JSON")
      .words("TARGET", words, "only these, as in e1.0");
  if (const auto status = options.parse()) return *status;
  auto wanted = addresses_of(invocation, words);
  if (!wanted) return kUsage;

  const kernel::AoeDriver driver(kernel::SystemPaths::from_environment());
  Symptoms symptoms;
  symptoms.wanted = std::move(*wanted);
  symptoms.sysfs = driver.has_sysfs();
  symptoms.driver_loaded = driver.loaded();
  symptoms.driver_installed = symptoms.driver_loaded || kernel::installed_driver_version().has_value();
  symptoms.driver_version = driver.version().value_or("of unknown version");
  symptoms.etherd = driver.paths().etherd;
  symptoms.control_files = driver.has_control_files();
  symptoms.interface_list = driver.parameter("aoe_iflist").value_or("");
  if (auto all = net::interfaces()) symptoms.interfaces = std::move(*all);
  if (offline) {
    symptoms.scan_error = "--offline";
  } else {
    scan_for(symptoms, interfaces, timeout);
  }
  for (const kernel::AoeDevice& device : driver.devices())
    symptoms.devices.push_back(look_at(driver, device));
  for (DeviceSymptoms& device : symptoms.devices) {
    if (worth_reading(symptoms, device)) read_content(driver.paths().etherd / device.device.name, device);
  }

  const auto findings = diagnose(symptoms);
  if (json) {
    fmt::print("{}\n", base::Json::list_of(findings, finding_json).indented_text());
  } else {
    print(findings);
  }
  const bool well = std::ranges::find(findings, Finding::Level::fault, &Finding::level) == findings.end();
  return well ? kDone : kFailed;
}

}  // namespace aoetools
