#include "aoe/header.h"

namespace aoe {

bool read_header(base::Bytes frame, Header& header) {
  if (frame.size() < kHeaderBytes) return false;
  const std::byte* at = frame.data();
  if (base::load_be<std::uint16_t>(at + 12) != kEtherType) return false;
  const auto version_and_flags = std::to_integer<std::uint8_t>(at[14]);
  header.destination = base::MacAddress::load(at);
  header.source = base::MacAddress::load(at + 6);
  header.version = version_and_flags >> 4;
  header.flags = version_and_flags & 0x0f;
  header.error = static_cast<AoeError>(at[15]);
  header.address = {base::load_be<std::uint16_t>(at + 16), std::to_integer<std::uint8_t>(at[18])};
  header.command = std::to_integer<std::uint8_t>(at[kCommandOffset]);
  header.tag = base::load_be<std::uint32_t>(at + 20);
  return true;
}

void write_header(const Header& header, base::MutableBytes frame) {
  std::byte* at = frame.data();
  header.destination.store(at);
  header.source.store(at + 6);
  base::store_be<std::uint16_t>(at + 12, kEtherType);
  at[14] = static_cast<std::byte>((header.version << 4) | header.flags);
  at[15] = static_cast<std::byte>(header.error);
  base::store_be<std::uint16_t>(at + 16, header.address.shelf);
  at[18] = static_cast<std::byte>(header.address.slot);
  at[kCommandOffset] = static_cast<std::byte>(header.command);
  base::store_be<std::uint32_t>(at + 20, header.tag);
}

}  // namespace aoe
