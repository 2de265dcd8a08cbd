// PageTables: bounds what the kernel needs to map large files. It makes a page of page tables for each 2 MiB
// that is touched, and frees it only when that part is unmapped: 1/512 of all that was ever read. So the
// parts of all mappings that were not touched for long are mapped anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace disk {

class PageTables {
 public:
  // Of a shared mapping of a file of so many bytes, at an address that is a multiple of alignment().
  PageTables(std::byte* memory, std::uint64_t bytes);
  ~PageTables();
  PageTables(const PageTables&) = delete;
  PageTables& operator=(const PageTables&) = delete;

  static std::uint64_t alignment();

  // Before these bytes, one at least, are touched. Their addresses stay valid, as do all others. False: the
  // kernel has no room for a part of the mapping, which must not be used any more.
  bool touch(std::uint64_t offset, std::uint64_t bytes);

  // Of all mappings together, in bytes.
  static std::uint64_t in_use();
  static void set_limit(std::uint64_t bytes);

 private:
  // Some neighbouring parts that are mapped anew together.
  struct Window {
    std::uint32_t touched = 0;  // a bit for each part
    bool recently = false;      // since it was last looked at for something to map anew
  };
  struct Place {
    PageTables* owner;
    std::size_t window;
  };
  struct All;

  static All& all();
  static bool make_room();
  bool add(std::uint64_t part);
  bool map_anew(std::size_t window);
  bool map_all_anew();
  bool move_to_itself(std::uint64_t offset, std::uint64_t bytes);

  std::byte* memory_;
  std::uint64_t bytes_;
  std::vector<Window> windows_;
  std::vector<bool> upper_tables_;  // that the kernel has made: one for so many parts as a table has entries
  std::size_t upper_count_ = 0;
  bool lost_ = false;
};

}  // namespace disk
