// /etc/conf.d/aoe-mount.yaml as plain structs. Reading it opens no device and asks no interface.
#pragma once

#include "aoe/address.h"
#include "base/result.h"
#include "config/problem.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace config {

class Document;

struct AoeDevice {
  aoe::Address address;
  std::optional<unsigned> partition;  // from 1
};
// "e1.0", "e1.0p2".
base::Result<AoeDevice> parse_aoe_device(std::string_view text);

struct FsUuid {
  std::string uuid;
};
struct FsLabel {
  std::string label;
};
// Of a partition, in its table; only /etc/fstab names them.
struct PartUuid {
  std::string uuid;
};
struct PartLabel {
  std::string label;
};
// Something that comes to stand on AoE devices: "/dev/vg/home", "/dev/mapper/secret", "/dev/md/aoe".
struct DevicePath {
  std::string path;
};
// A directory that is already there, or comes with another mount.
struct BindOf {
  std::string directory;
};
using MountSource = std::variant<AoeDevice, FsUuid, FsLabel, PartUuid, PartLabel, DevicePath, BindOf>;
// "e1.0p1", "UUID 66dd...", "label photos", "/dev/vg/home".
std::string source_text(const MountSource& source);

// What is waited for, and what it means when it does not come.
struct Wanted {
  MountSource source;
  bool required = true;              // its failure is the run's failure
  std::chrono::milliseconds wait{};  // for its device
  // Ours if its device turns out to be on AoE, else somebody else's: an entry of /etc/fstab that does not
  // say.
  bool only_if_on_aoe = false;
  int line = 0;
  int column = 0;
};

struct Mount : Wanted {
  std::filesystem::path mountpoint;
  std::string type;  // empty: as probed
  std::vector<std::string> options;
  bool fsck = true;
};

struct Swap : Wanted {
  std::optional<unsigned> priority;  // empty: the kernel's choice
};

struct Encrypted : Wanted {
  std::string name;  // becomes /dev/mapper/NAME
  std::string key_file;
};

struct Array : Wanted {            // source is unused: its members are
  std::string path;                // "/dev/md/aoe"
  std::vector<AoeDevice> members;  // empty: mdadm.conf knows
  bool degraded = false;           // started without the missing members when the time is over
};

struct VolumeGroup : Wanted {  // source is unused: LVM finds its devices
  std::string name;
};

struct Interface {
  std::string name;
  std::optional<std::uint32_t> mtu;  // set before it is raised; bytes of Ethernet payload
};

// The driver's parameters; what is empty is left as it is.
struct DriverSettings {
  std::optional<std::uint32_t> deadsecs;  // seconds until a silent target is given up; 0: never
  std::optional<std::uint32_t> maxout;    // requests in flight for each device
};

enum class OnBusy : std::uint8_t {
  fail,  // say who uses it, and leave it
  lazy,  // detach it from the tree; it ends with its last user
};

struct DownPolicy {
  OnBusy on_busy = OnBusy::fail;
  std::chrono::milliseconds busy_wait{5000};    // for users to go
  std::chrono::milliseconds target_wait{6000};  // for a target to take what is still to be written
};

// Shell commands; empty: none.
struct Hooks {
  std::string before_up;
  std::string after_up;
  std::string before_down;
  std::string after_down;
};

struct Client {
  std::filesystem::path file;
  std::vector<Interface> interfaces;  // raised when down; empty: the driver searches all
  DriverSettings driver;
  std::vector<Array> arrays;
  std::vector<VolumeGroup> volume_groups;
  std::vector<Encrypted> encrypted;
  std::vector<Swap> swaps;
  std::vector<Mount> mounts;         // in the order of the file
  bool fstab = true;                 // also the entries of /etc/fstab on AoE with the option _netdev
  std::chrono::milliseconds wait{};  // of what does not say for itself, as those do
  DownPolicy down;
  Hooks hooks;
};

std::expected<Client, std::vector<Problem>> load_client(const std::filesystem::path& file);
// The same of a file that has been read; the problems come to stand in the document, too.
std::expected<Client, std::vector<Problem>> load_client(Document& document);

}  // namespace config
