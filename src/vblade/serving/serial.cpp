#include "vblade/serving/serial.h"

#include "aoe/target.h"

#include <fmt/format.h>

namespace vblade {

namespace {

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace

std::string default_serial(aoe::Address address, std::string_view host) {
  const std::string name = fmt::format("{}.{}:{}", address.shelf, address.slot, host);
  if (name.size() <= aoe::kSerialWidth) return name;
  const std::string number = fmt::format("-{:08x}", static_cast<std::uint32_t>(fnv1a(name) >> 32));
  return name.substr(0, aoe::kSerialWidth - number.size()) + number;
}

std::uint64_t world_wide_name(std::string_view serial) {
  return 3ULL << 60 | fnv1a(serial) >> 4;
}

}  // namespace vblade
