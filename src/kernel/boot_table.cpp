#include "kernel/boot_table.h"

#include "base/fd.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace kernel {

namespace {

constexpr std::string_view kSignature = "aBFT";
constexpr std::size_t kLengthAt = 4;
constexpr std::size_t kShelfAt = 36;
constexpr std::size_t kSlotAt = 38;
constexpr std::size_t kMacAt = 40;
constexpr std::size_t kTableBytes = kMacAt + base::MacAddress::kBytes;
constexpr std::size_t kAlignment = 16;

// Boot firmware tables lie between 512 KiB and the memory of the graphics card, which must not be read.
constexpr off_t kMemoryStart = 0x80000;
constexpr off_t kMemoryEnd = 0xa0000;
constexpr std::size_t kPage = 4096;

// A page that the kernel does not show counts as zeros: others may hold the table.
std::vector<std::byte> read_low_memory(int fd) {
  std::vector<std::byte> memory(static_cast<std::size_t>(kMemoryEnd - kMemoryStart));
  for (std::size_t at = 0; at < memory.size(); at += kPage) {
    (void)::pread(fd, memory.data() + at, kPage, kMemoryStart + static_cast<off_t>(at));
  }
  return memory;
}

std::vector<std::byte> read_table_file(const std::filesystem::path& file) {
  const base::Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::vector<std::byte> bytes(kPage);
  const ssize_t count = fd ? ::read(fd.get(), bytes.data(), bytes.size()) : 0;
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

}  // namespace

std::string BootTable::text() const {
  return fmt::format("{} {}", address.text(), mac.text());
}

std::optional<BootTable> read_boot_table(base::Bytes bytes) {
  if (bytes.size() < kTableBytes || std::memcmp(bytes.data(), kSignature.data(), kSignature.size()) != 0)
    return std::nullopt;
  const std::size_t length = base::load_le<std::uint32_t>(bytes.data() + kLengthAt);
  if (length < kTableBytes || length > bytes.size()) return std::nullopt;
  unsigned sum = 0;
  for (const std::byte byte : bytes.first(length)) sum += std::to_integer<unsigned>(byte);
  if (sum % 256 != 0) return std::nullopt;
  BootTable table;
  table.address.shelf = base::load_le<std::uint16_t>(bytes.data() + kShelfAt);
  table.address.slot = std::to_integer<std::uint8_t>(bytes[kSlotAt]);
  table.mac = base::MacAddress::load(bytes.data() + kMacAt);
  if (table.address.is_broadcast() || table.mac.is_group() || table.mac.is_zero()) return std::nullopt;
  return table;
}

std::optional<BootTable> search_boot_table(base::Bytes memory) {
  for (std::size_t at = 0; at < memory.size(); at += kAlignment) {
    if (const auto table = read_boot_table(memory.subspan(at))) return table;
  }
  return std::nullopt;
}

base::Result<BootTable> find_boot_table(const SystemPaths& paths) {
  const auto file = paths.sysfs / "firmware" / "acpi" / "tables" / "aBFT";
  if (const auto table = read_boot_table(read_table_file(file))) return *table;
  const auto device = paths.dev / "mem";
  const base::Fd fd(::open(device.c_str(), O_RDONLY | O_CLOEXEC));
  const int refused = errno;
  if (fd) {
    if (const auto table = search_boot_table(read_low_memory(fd.get()))) return *table;
    return base::fail(
        "no AoE boot firmware table (aBFT): this machine was not started by iPXE from an AoE disk");
  }
  return base::fail_errno(refused, "no AoE boot firmware table (aBFT) in {}, and cannot look for one in {}",
                          file.parent_path().string(), device.string());
}

}  // namespace kernel
