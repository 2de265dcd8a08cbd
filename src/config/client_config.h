// /etc/conf.d/aoe-mount.yaml as plain structs. Reading it opens no device and asks no interface.
#pragma once

#include "aoe/address.h"
#include "config/problem.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace config {

struct AoeDevice {
  aoe::Address address;
  std::optional<unsigned> partition;  // from 1
};
struct FsUuid {
  std::string uuid;
};
struct FsLabel {
  std::string label;
};
using MountSource = std::variant<AoeDevice, FsUuid, FsLabel>;

struct Mount {
  MountSource source;
  std::filesystem::path mountpoint;
  std::string type;  // empty: as probed
  std::vector<std::string> options;
  bool fsck = true;
  bool required = true;              // its failure is the run's failure
  std::chrono::milliseconds wait{};  // for its device
  int line = 0;
  int column = 0;
};

struct Client {
  std::filesystem::path file;
  std::vector<std::string> interfaces;  // raised when down; empty: the driver searches all
  std::vector<Mount> mounts;            // in the order of the file
};

std::expected<Client, std::vector<Problem>> load_client(const std::filesystem::path& file);

}  // namespace config
