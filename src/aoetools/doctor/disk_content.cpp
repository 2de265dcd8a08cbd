#include "aoetools/doctor/disk_content.h"

#include <algorithm>
#include <cstring>

namespace aoetools {

namespace {

using Kind = DiskContent::Kind;

struct Signature {
  std::size_t offset;
  std::string_view magic;
  Kind kind;
  std::string_view name;
};

using std::string_view_literals::operator""sv;

// The first that matches is the answer: file systems before the DOS table, whose mark FAT and NTFS carry,
// too.
constexpr Signature kSignatures[] = {
    {512, "EFI PART"sv, Kind::table, "a GPT partition table"},
    {512, "LABELONE"sv, Kind::filesystem, "an LVM physical volume"},
    {0, "LUKS\xba\xbe"sv, Kind::filesystem, "a LUKS volume"},
    {0, "XFSB"sv, Kind::filesystem, "an XFS file system"},
    {1080, "\x53\xef"sv, Kind::filesystem, "an ext file system"},
    {1024, "\x10\x20\xf5\xf2"sv, Kind::filesystem, "an F2FS file system"},
    {65600, "_BHRfS_M"sv, Kind::filesystem, "a btrfs file system"},
    {4086, "SWAPSPACE2"sv, Kind::filesystem, "swap space"},
    {32769, "CD001"sv, Kind::filesystem, "an ISO 9660 file system"},
    {0, "hsqs"sv, Kind::filesystem, "a squashfs file system"},
    {4096, "\xfc\x4e\x2b\xa9"sv, Kind::filesystem, "a member of an md array"},
    {3, "NTFS    "sv, Kind::filesystem, "an NTFS file system"},
    {54, "FAT"sv, Kind::filesystem, "a FAT file system"},
    {82, "FAT32"sv, Kind::filesystem, "a FAT file system"},
    {510, "\x55\xaa"sv, Kind::table, "a DOS partition table"},
};

bool stands_at(base::Bytes start, std::size_t offset, std::string_view magic) {
  return start.size() >= offset + magic.size() &&
         std::memcmp(start.data() + offset, magic.data(), magic.size()) == 0;
}

}  // namespace

DiskContent content_of(base::Bytes start) {
  for (const Signature& signature : kSignatures) {
    if (stands_at(start, signature.offset, signature.magic)) return {signature.kind, signature.name};
  }
  const bool zero = std::ranges::all_of(start, [](std::byte b) { return b == std::byte{0}; });
  return {zero ? Kind::empty : Kind::unknown, ""};
}

}  // namespace aoetools
