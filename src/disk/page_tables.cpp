#include "disk/page_tables.h"

#include <algorithm>
#include <bit>
#include <deque>

#include <sys/mman.h>
#include <unistd.h>

namespace disk {

namespace {

constexpr std::uint64_t kPartsOfWindow = 32;
constexpr std::uint64_t kEntryBytes = 8;
// Of the lowest tables. Those above take half as much at the most, so all stay under 64 MiB.
constexpr std::uint64_t kLimit = std::uint64_t{32} << 20;

std::uint64_t page() {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}
std::uint64_t entries() {
  return page() / kEntryBytes;
}
// What one of the lowest tables maps: 2 MiB where a page has 4 KiB.
std::uint64_t part_bytes() {
  return page() * entries();
}
std::uint64_t window_bytes() {
  return part_bytes() * kPartsOfWindow;
}

std::uint64_t quotient_up(std::uint64_t value, std::uint64_t by) {
  return (value + by - 1) / by;
}

}  // namespace

struct PageTables::All {
  std::uint64_t limit = kLimit;
  std::uint64_t tables = 0;
  std::uint64_t upper_tables = 0;
  std::deque<Place> windows;  // with touched parts; what is mapped anew next is in front
};

PageTables::All& PageTables::all() {
  static All all;
  return all;
}

PageTables::PageTables(std::byte* memory, std::uint64_t bytes)
    : memory_(memory),
      bytes_(quotient_up(bytes, page()) * page()),
      windows_(quotient_up(bytes_, window_bytes())),
      upper_tables_(quotient_up(bytes_, part_bytes() * entries())) {}

PageTables::~PageTables() {
  for (const Window& one : windows_) all().tables -= static_cast<unsigned>(std::popcount(one.touched));
  all().upper_tables -= upper_count_;
  std::erase_if(all().windows, [this](const Place& place) { return place.owner == this; });
}

std::uint64_t PageTables::alignment() {
  return part_bytes();
}

bool PageTables::touch(std::uint64_t offset, std::uint64_t bytes) {
  const std::uint64_t last = (offset + bytes - 1) / part_bytes();
  for (std::uint64_t part = offset / part_bytes(); part <= last; ++part) {
    Window& window = windows_[part / kPartsOfWindow];
    window.recently = true;
    if ((window.touched >> part % kPartsOfWindow & 1) == 0 && !add(part)) return false;
  }
  return !lost_;
}

bool PageTables::add(std::uint64_t part) {
  Window& window = windows_[part / kPartsOfWindow];
  if (window.touched == 0) all().windows.push_back({this, part / kPartsOfWindow});
  window.touched |= std::uint32_t{1} << part % kPartsOfWindow;
  ++all().tables;
  if (!upper_tables_[part / entries()]) {
    upper_tables_[part / entries()] = true;
    ++upper_count_;
    ++all().upper_tables;
  }
  return make_room() && !lost_;
}

// The window in front that was not touched since it was last there.
bool PageTables::make_room() {
  All& them = all();
  bool done = true;
  while (done && them.tables * page() > them.limit && them.windows.size() > 1) {
    const Place place = them.windows.front();
    them.windows.pop_front();
    Window& window = place.owner->windows_[place.window];
    if (window.recently) {
      window.recently = false;
      them.windows.push_back(place);
    } else {
      done = place.owner->map_anew(place.window);
    }
  }
  while (done && them.upper_tables * page() > them.limit / 2 && !them.windows.empty())
    done = them.windows.front().owner->map_all_anew();
  return done;
}

bool PageTables::map_anew(std::size_t window) {
  all().tables -= static_cast<unsigned>(std::popcount(windows_[window].touched));
  windows_[window] = {};
  const std::uint64_t offset = window * window_bytes();
  return move_to_itself(offset, std::min(window_bytes(), bytes_ - offset));
}

bool PageTables::map_all_anew() {
  for (Window& one : windows_) {
    all().tables -= static_cast<unsigned>(std::popcount(one.touched));
    one = {};
  }
  std::erase_if(all().windows, [this](const Place& place) { return place.owner == this; });
  all().upper_tables -= upper_count_;
  upper_count_ = 0;
  upper_tables_.assign(upper_tables_.size(), false);
  return move_to_itself(0, bytes_);
}

// A second mapping of the same bytes, without tables, takes the first one's place. Unlike mmap() this asks no
// file system anything.
bool PageTables::move_to_itself(std::uint64_t offset, std::uint64_t bytes) {
  std::byte* const at = memory_ + offset;
  const auto length = static_cast<std::size_t>(bytes);
  void* const second = ::mremap(at, 0, length, MREMAP_MAYMOVE);
  if (second == MAP_FAILED) return true;  // there is no room, and nothing has changed
  if (::mremap(second, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, at) != MAP_FAILED) return true;
  ::munmap(second, length);
  lost_ = true;
  return false;
}

std::uint64_t PageTables::in_use() {
  return (all().tables + all().upper_tables) * page();
}

void PageTables::set_limit(std::uint64_t bytes) {
  all().limit = bytes;
}

}  // namespace disk
