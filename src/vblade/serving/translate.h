// From the words of the protocol and of the configuration to those of the disks: the rooms below do not know
// each other.
#pragma once

#include "aoe/target.h"
#include "config/server_config.h"
#include "disk/queue.h"
#include "disk/request.h"

#include <array>
#include <cstddef>

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

}  // namespace vblade
