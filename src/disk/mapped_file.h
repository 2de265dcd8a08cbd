// MappedFile: a file or block device in this process's memory, for reading what the page cache holds from
// where it lies, and for writing there. Only pages that are known to be there are touched: another one would
// wait for the disk, and with it everything else that this thread serves.
#pragma once

#include "base/bytes.h"
#include "disk/page_tables.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <sys/types.h>

namespace disk {

class MappedFile {
 public:
  // Device and inode number.
  using File = std::pair<dev_t, ino_t>;

  // Maps all `bytes` of the file, for writing if `fd` is open for that. Where the kernel refuses, or the
  // address space is too small for the file, nothing is ever found in it.
  MappedFile(int fd, std::uint64_t bytes, bool writable);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // The same, once for all that export a part of `file`: what is known of its pages, and the page tables,
  // serve them all.
  static std::shared_ptr<const MappedFile> shared(const File& file, int fd, std::uint64_t bytes,
                                                  bool writable);

  // The file's bytes from `offset` on, where they lie; empty if one of them is not known to be in memory.
  // They are for the kernel to read: should the file be cut short meanwhile, a system call reports EFAULT,
  // but a load of our own would end the process.
  base::Bytes cached(std::uint64_t offset, std::uint64_t bytes) const;
  // Changes the file's bytes from `offset` on, as pwrite() does: a sync of the file covers them. False: not
  // all of them are known to be in memory, or the kernel could not make room for them; a part may be changed.
  bool store(std::uint64_t offset, base::Bytes data) const;

 private:
  bool is_present(std::uint64_t offset, std::uint64_t bytes) const;

  std::byte* memory_ = nullptr;
  std::uint64_t bytes_ = 0;
  bool writable_ = false;
  std::uint64_t id_ = 0;
  std::unique_ptr<PageTables> tables_;
};

}  // namespace disk
