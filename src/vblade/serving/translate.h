// From the words of the protocol and of the configuration to those of the disks: the rooms below do not know
// each other.
#pragma once

#include "aoe/target.h"
#include "config/server_config.h"
#include "disk/queue.h"
#include "disk/request.h"

#include <array>
#include <cstddef>
#include <memory>
#include <span>

namespace vblade {

// By aoe::DiskCommand.
inline constexpr std::array kDiskCommands = {disk::Command::read, disk::Command::write, disk::Command::flush,
                                             disk::Command::trim, disk::Command::verify};
constexpr disk::Command disk_command(aoe::DiskCommand command) {
  return kDiskCommands[static_cast<std::size_t>(command)];
}
static_assert(disk_command(aoe::DiskCommand::read) == disk::Command::read);
static_assert(disk_command(aoe::DiskCommand::write) == disk::Command::write);
static_assert(disk_command(aoe::DiskCommand::flush) == disk::Command::flush);
static_assert(disk_command(aoe::DiskCommand::trim) == disk::Command::trim);
static_assert(disk_command(aoe::DiskCommand::verify) == disk::Command::verify);

// By config::Sync.
inline constexpr std::array kDurabilities = {disk::Durability::write, disk::Durability::flush,
                                             disk::Durability::none};
constexpr disk::Durability durability(config::Sync sync) {
  return kDurabilities[static_cast<std::size_t>(sync)];
}
static_assert(durability(config::Sync::write) == disk::Durability::write);
static_assert(durability(config::Sync::flush) == disk::Durability::flush);
static_assert(durability(config::Sync::none) == disk::Durability::none);

constexpr disk::Client disk_client(const base::MacAddress& mac) {
  disk::Client client = 0;
  for (const std::uint8_t octet : mac.octets) client = client << 8 | octet;
  return client;
}
constexpr base::MacAddress mac_address(disk::Client client) {
  base::MacAddress mac;
  for (auto octet = mac.octets.rbegin(); octet != mac.octets.rend(); ++octet, client >>= 8)
    *octet = static_cast<std::uint8_t>(client);
  return mac;
}
static_assert(mac_address(disk_client({{2, 0, 0, 0, 0, 9}})) == base::MacAddress{{2, 0, 0, 0, 0, 9}});

// Room for the extents of every trim.
inline constexpr std::size_t kExtentBytes = aoe::kMaxTrimRanges * sizeof(disk::Extent);
// The extents of a trim. They are written to `memory`, which has kExtentBytes and is aligned for them.
inline std::span<const disk::Extent> extents_of(base::Bytes ranges, base::MutableBytes memory) {
  const std::size_t count = ranges.size() / aoe::kTrimRangeBytes;
  auto* const extents = static_cast<disk::Extent*>(static_cast<void*>(memory.data()));
  for (std::size_t i = 0; i < count; ++i) {
    const aoe::TrimRange range = aoe::trim_range(ranges, i);
    std::construct_at(extents + i, range.sector, range.sectors);
  }
  return {extents, count};
}

}  // namespace vblade
