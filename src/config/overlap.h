// Overlap: two exports that serve the same bytes of one file would corrupt each other's file systems.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace config {

struct Extent {
  std::size_t index = 0;                // of the export
  std::string path;                     // normalised
  std::uint64_t offset = 0;             // bytes
  std::optional<std::uint64_t> length;  // bytes; nothing: to the end of the file
  bool writable = true;
  bool direct = false;  // past the page cache
};

struct Overlap {
  std::size_t earlier = 0;
  std::size_t later = 0;
  std::string bytes;  // "all of /srv/a.img", "bytes 512..1023 of /srv/a.img"
};

// For each extent that overlaps one before it on the disk, one Overlap. n log n.
std::vector<Overlap> find_overlaps(std::vector<Extent> extents);

// Two exports with writes inside one page of the page cache, but only one of them goes through it.
struct SharedPage {
  std::size_t before = 0;
  std::size_t behind = 0;  // on the disk
};

// The page cache writes whole pages, so it would undo direct writes to the neighbour's part of the page.
std::vector<SharedPage> find_shared_pages(std::vector<Extent> extents, std::uint64_t page_bytes);

}  // namespace config
