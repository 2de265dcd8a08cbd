// BootTable: the AoE boot firmware table (aBFT), in which iPXE tells the system that it starts from an AoE
// disk where that disk is. An ACPI table: 36 bytes of header, then shelf (16 bits, little endian), slot, a
// reserved byte and the MAC address of the interface; all bytes of it sum up to 0.
#pragma once

#include "aoe/address.h"
#include "base/bytes.h"
#include "base/mac_address.h"
#include "base/result.h"
#include "kernel/system_paths.h"

#include <optional>
#include <string>

namespace kernel {

struct BootTable {
  aoe::Address address;
  base::MacAddress mac;  // of the interface that the machine was started by

  // "e1.0 52:54:00:a0:e0:00"
  std::string text() const;
};

// The table that these bytes begin with; nothing when it is cut short, spoilt, or of nonsense.
std::optional<BootTable> read_boot_table(base::Bytes bytes);

// The first one in a piece of memory, at a multiple of 16 bytes.
std::optional<BootTable> search_boot_table(base::Bytes memory);

// This machine's: among the kernel's ACPI tables, where a UEFI firmware puts it, or in the memory below 640
// KiB, where a BIOS leaves it. The error says that there is none, and what that may mean.
base::Result<BootTable> find_boot_table(const SystemPaths& paths);

}  // namespace kernel
