#include "vblade/classic/classic_form.h"

#include "base/number.h"
#include "base/units.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string_view>

#include <fmt/ranges.h>

namespace vblade {

namespace {

constexpr std::uint16_t kDefaultBuffers = 16;
constexpr std::uint64_t kMaxSectors = std::uint64_t{1} << 54;  // their bytes still fit 63 bits

constexpr ClassicOption kClassicOptions[] = {
    {"-b", "buffers: N"},   {"-d", "direct: true"},    {"-l", "length: SIZE"}, {"-m", "allow: [MAC, ...]"},
    {"-o", "offset: SIZE"}, {"-r", "read-only: true"}, {"-s", "sync: write"},  {"--force", "force: true"},
};

// Decimal or, as always on this command line, hexadecimal with 0x.
std::optional<std::uint64_t> number(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return base::parse_number(text);
  text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.empty() || status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

base::Result<std::uint64_t> number_in(const char* what, const std::string& text, std::uint64_t least,
                                      std::uint64_t most) {
  const auto value = number(text);
  if (!value || *value < least || *value > most)
    return base::fail("{} '{}' is not in {}..{}", what, text, least, most);
  return *value;
}

std::vector<std::string> split_at_commas(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    parts.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

base::Result<std::vector<base::MacAddress>> read_mask(const std::vector<std::string>& texts) {
  auto macs = base::MacAddress::parse_all(texts);
  if (macs && macs->size() > aoe::kMaxMask)
    return base::fail("{} MAC addresses with -m are too many: at most {}", macs->size(), aoe::kMaxMask);
  return macs;
}

}  // namespace

std::span<const ClassicOption> classic_options() {
  return kClassicOptions;
}

void add_classic_form(cli::Options& options, ClassicWords& words) {
  options
      .value("-b", words.buffers, "BUFCNT", "requests that an initiator may have outstanding; 16 without it")
      .value("-o", words.offset, "OFFSET", "export from this sector of FILENAME on")
      .value("-l", words.length, "LENGTH", "export this many sectors")
      .values("-m", words.mask, "MAC", "talk to these initiators only")
      .flag("-d", words.direct, "direct I/O: go around the page cache")
      .flag("-s", words.synchronous, "acknowledge a write when it is on stable storage")
      .flag("-r", words.read_only, "export read-only")
      .flag("--force", words.force,
            "export also what is in use: mounted, part of something, exported already")
      .word("shelf", words.shelf, "0 to 65534")
      .word("slot", words.slot, "0 to 254")
      .word("netif", words.interface, "the interface, or several with commas")
      .word("filename", words.path, "a file or a block device");
}

base::Result<ServeOne> understand(const ClassicWords& words, const std::filesystem::path& directory) {
  const auto shelf = number_in("shelf", words.shelf, 0, aoe::Address::kMaxShelf);
  if (!shelf) return std::unexpected(shelf.error());
  const auto slot = number_in("slot", words.slot, 0, aoe::Address::kMaxSlot);
  if (!slot) return std::unexpected(slot.error());
  config::Export one;
  one.address = {static_cast<std::uint16_t>(*shelf), static_cast<std::uint8_t>(*slot)};
  one.path = (directory / words.path).lexically_normal();
  one.interfaces = split_at_commas(words.interface);
  one.read_only = words.read_only;
  one.direct = words.direct;
  one.sync = words.synchronous ? config::Sync::write : config::Sync::flush;
  one.buffers = kDefaultBuffers;
  if (!words.buffers.empty()) {
    const auto buffers = number_in("bufcnt", words.buffers, 1, 0xffff);
    if (!buffers) return std::unexpected(buffers.error());
    one.buffers = static_cast<std::uint16_t>(std::max<std::uint64_t>(*buffers, 2));  // with 1, Linux hangs
  }
  if (!words.offset.empty()) {
    const auto sectors = number_in("offset", words.offset, 0, kMaxSectors);
    if (!sectors) return std::unexpected(sectors.error());
    one.offset = *sectors * base::kSectorBytes;
  }
  if (!words.length.empty()) {
    const auto sectors = number_in("length", words.length, 1, kMaxSectors);
    if (!sectors) return std::unexpected(sectors.error());
    one.length = *sectors * base::kSectorBytes;
  }
  auto mask = read_mask(words.mask);
  if (!mask) return std::unexpected(mask.error());
  ServeOne task;
  task.server.exports.push_back(std::move(one));
  task.mask = std::move(*mask);
  task.force = words.force;
  return task;
}

base::Result<ServeOne> read_classic_form(const std::vector<std::string>& words,
                                         const std::filesystem::path& directory) {
  ClassicWords found;
  const cli::Invocation invocation{"vblade", words};
  cli::Options options(invocation, "", {});
  add_classic_form(options, found);
  if (const auto known = options.read(); !known || !*known || found.path.empty())
    return base::fail("'{}' is not [-b N] [-d] [-s] [-r] [-m MAC,...] SHELF SLOT NETIF FILE",
                      fmt::join(words, " "));
  return understand(found, directory);
}

}  // namespace vblade
