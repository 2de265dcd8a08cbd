#include "disk/mapped_file.h"

#include "disk/guarded_copy.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

namespace disk {

namespace {

// The smallest page that a kernel has. Where its own are larger, it answers for several of these at once.
constexpr std::uint64_t kPageBytes = 4096;
constexpr std::uint64_t kCacheLine = 64;
constexpr std::uint64_t kWindowPages = 256;
constexpr std::uint64_t kWindowBytes = kWindowPages * kPageBytes;
// So many windows are remembered: 8 GiB of data in use, in half a megabyte.
constexpr std::size_t kWindows = 8192;
constexpr std::uint64_t kSpread = 509;  // of mappings in that table: small ones take no room from each other
// Pages leave the page cache when nobody has used them for long or memory is short. What was there so shortly
// ago is there but for rare cases, which cost one wait for the disk.
constexpr std::int64_t kTrustedMs = 100;
// All mappings together. 64-bit machines have less address space than that, so the kernel refuses first; on
// 32-bit ones, 512 MiB leave room for everything else.
constexpr std::size_t kMostMapped = std::numeric_limits<std::size_t>::max() / 8;
std::size_t mapped_bytes = 0;

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

std::uint64_t kernel_page() {
  static const auto bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

std::uint64_t whole_pages(std::uint64_t bytes) {
  return (bytes + kernel_page() - 1) / kernel_page() * kernel_page();
}

// One page more than the file has, for is_honest().
std::uint64_t bytes_to_map(std::uint64_t bytes) {
  return whole_pages(bytes) + kernel_page();
}

// Which pages of a window of a mapping are in memory. Asking costs a microsecond; so one answer serves all
// requests of some time.
struct Window {
  std::uint64_t mapping = 0;  // its id
  std::uint64_t number = 0;   // offset / kWindowBytes
  std::int64_t asked_ms = 0;
  std::bitset<kWindowPages> present;
};

// `pages` says of each page of [memory, memory + bytes) whether it is in memory; false: nobody knows.
bool ask_kernel(const std::byte* memory, std::uint64_t bytes, unsigned char* pages) {
  return ::mincore(const_cast<std::byte*>(memory), static_cast<std::size_t>(bytes), pages) == 0;
}

// To a process that could not change the file the kernel says "present" of every page, so as to tell it
// nothing. Then it says so, too, of the page behind the file's end.
bool is_honest(const std::byte* behind) {
  unsigned char present = 1;
  return ask_kernel(behind, kernel_page(), &present) && (present & 1) == 0;
}

void ask(Window& window, const std::byte* memory, std::uint64_t bytes) {
  window.present.reset();
  if (!is_honest(memory + bytes)) return;
  const std::uint64_t begin = window.number * kWindowBytes;
  const std::uint64_t length = std::min(kWindowBytes, bytes - begin);
  std::array<unsigned char, kWindowPages> told{};
  if (!ask_kernel(memory + begin, length, told.data())) return;
  for (std::size_t page = 0; page < length / kPageBytes; ++page)
    window.present[page] = (told[static_cast<std::size_t>(page * kPageBytes / kernel_page())] & 1) != 0;
}

// What was asked last, of all mappings together: so the memory that it takes does not grow with their number.
std::vector<Window>& windows() {
  static std::vector<Window> all(kWindows);
  return all;
}

// The window of a mapping of so many bytes, whole pages, at `memory`.
const Window& window(std::uint64_t mapping, std::uint64_t number, const std::byte* memory,
                     std::uint64_t bytes) {
  Window& found = windows()[(mapping * kSpread + number) % kWindows];
  const std::int64_t now = now_ms();
  if (found.mapping != mapping || found.number != number || now - found.asked_ms > kTrustedMs) {
    found = {mapping, number, now, {}};
    ask(found, memory, bytes);
  }
  return found;
}

// So that whole pages of page tables can be freed.
void* map_aligned(std::size_t bytes, int protection, int fd) {
  const auto alignment = static_cast<std::size_t>(PageTables::alignment());
  void* const room =
      ::mmap(nullptr, bytes + alignment, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return MAP_FAILED;
  auto* const begin = static_cast<std::byte*>(room);
  const std::size_t before = alignment - reinterpret_cast<std::uintptr_t>(room) % alignment;
  void* const memory =
      ::mmap(begin + before, bytes, protection, MAP_SHARED | MAP_NORESERVE | MAP_FIXED, fd, 0);
  if (memory == MAP_FAILED) {
    ::munmap(room, bytes + alignment);
    return MAP_FAILED;
  }
  ::munmap(room, before);
  if (before < alignment) ::munmap(begin + before + bytes, alignment - before);
  return memory;
}

std::uint64_t next_id() {
  static std::uint64_t last = 0;
  return ++last;
}

}  // namespace

MappedFile::MappedFile(int fd, std::uint64_t bytes, bool writable) {
  if (bytes_to_map(bytes) > kMostMapped - mapped_bytes) return;
  const auto length = static_cast<std::size_t>(bytes_to_map(bytes));
  void* memory = map_aligned(length, PROT_READ | (writable ? PROT_WRITE : 0), fd);
  if (memory == MAP_FAILED) return;
  mapped_bytes += length;
  memory_ = static_cast<std::byte*>(memory);
  bytes_ = bytes;
  writable_ = writable;
  id_ = next_id();
  tables_ = std::make_unique<PageTables>(memory_, length);
  (void)::madvise(memory, length, MADV_RANDOM);
}

MappedFile::~MappedFile() {
  if (memory_ == nullptr) return;
  const auto length = static_cast<std::size_t>(bytes_to_map(bytes_));
  ::munmap(memory_, length);
  mapped_bytes -= length;
}

std::shared_ptr<const MappedFile> MappedFile::shared(const File& file, int fd, std::uint64_t bytes,
                                                     bool writable) {
  static std::map<File, std::weak_ptr<const MappedFile>> all;
  auto& known = all[file];
  auto found = known.lock();
  if (!found || found->bytes_ != bytes || (writable && !found->writable_)) {
    found = std::make_shared<const MappedFile>(fd, bytes, writable);
    known = found;
  }
  std::erase_if(all, [](const auto& one) { return one.second.expired(); });
  return found;
}

bool MappedFile::is_present(std::uint64_t offset, std::uint64_t bytes) const {
  if (bytes == 0 || offset > bytes_ || bytes > bytes_ - offset) return false;
  const std::uint64_t last = (offset + bytes - 1) / kPageBytes;
  for (std::uint64_t page = offset / kPageBytes; page <= last; ++page) {
    if (!window(id_, page / kWindowPages, memory_, whole_pages(bytes_)).present[page % kWindowPages])
      return false;
  }
  return true;
}

base::Bytes MappedFile::cached(std::uint64_t offset, std::uint64_t bytes) const {
  if (!is_present(offset, bytes) || !tables_->touch(offset, bytes)) return {};
  // They come from memory while the rest of the batch is looked at.
  for (std::uint64_t line = 0; line < bytes; line += kCacheLine) __builtin_prefetch(memory_ + offset + line);
  return {memory_ + offset, static_cast<std::size_t>(bytes)};
}

bool MappedFile::store(std::uint64_t offset, base::Bytes data) const {
  return writable_ && is_present(offset, data.size()) && tables_->touch(offset, data.size()) &&
         copy_guarded(memory_ + offset, data);
}

}  // namespace disk
