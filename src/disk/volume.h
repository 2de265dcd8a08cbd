// Volume: an open file or block device, or a part of one, and what is known about it.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "disk/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <sys/types.h>

namespace disk {

struct VolumeOptions {
  std::filesystem::path path{};
  bool read_only = false;
  bool direct = false;                    // O_DIRECT
  std::uint64_t offset = 0;               // bytes into path
  std::optional<std::uint64_t> length{};  // bytes; nothing: to the end
  bool force = false;                     // open also what somebody else holds
};

// What this process holds against others: block devices exclusively, files by locks on the parts in use.
// All volumes of one file or device share one claim, so that a reload can open the new beside the old.
class Claims {
 public:
  // Held until the last copy of what is returned is gone.
  base::Result<std::shared_ptr<base::Fd>> claim(const VolumeOptions& options, const struct stat& status);

 private:
  std::map<std::pair<dev_t, ino_t>, std::weak_ptr<base::Fd>> held_;
};

// How to learn whether I/O would block.
enum class Waiting : std::uint8_t {
  never,    // memory (tmpfs): it does not
  told,     // RWF_NOWAIT says so
  unknown,  // no way: everything is asynchronous
};

// What an open file's path leads to.
enum class Place : std::uint8_t {
  same,   // to that file, or it could not be found out
  other,  // to another file
  gone,   // nowhere
};

class Volume {
 public:
  // Errors name the path and what to do about it; EBUSY when somebody else has it.
  static base::Result<Volume> open(const VolumeOptions& options, Claims& claims);

  int fd() const { return fd_.get(); }
  // For requests that direct I/O cannot do because they are not aligned; fd() itself when not direct.
  int buffered_fd() const { return buffered_ ? buffered_.get() : fd_.get(); }
  // All that it holds open.
  std::vector<int> descriptors() const;
  const std::filesystem::path& path() const { return options_.path; }
  std::uint64_t sectors() const { return sectors_; }            // of 512 bytes
  std::uint64_t first_byte() const { return options_.offset; }  // where sector 0 lies in the file
  bool read_only() const { return options_.read_only; }
  bool direct() const { return options_.direct; }
  bool is_device() const { return is_device_; }
  // What does the work: the block device, or the one that the file's file system lies on.
  dev_t worker() const { return worker_; }
  Waiting waiting() const { return waiting_; }
  std::uint32_t physical_block_bytes() const { return physical_block_bytes_; }
  // What offset and length of direct I/O must be multiples of.
  std::uint32_t direct_alignment() const { return direct_alignment_; }
  // Bytes from `offset` into the file on, where the page cache has them, for a system call to read; see
  // MappedFile.
  base::Bytes cached(std::uint64_t offset, std::uint64_t bytes) const {
    return mapped_ ? mapped_->cached(offset, bytes) : base::Bytes{};
  }
  // Changes them where the page cache has them; see MappedFile.
  bool store(std::uint64_t offset, base::Bytes data) const { return mapped_ && mapped_->store(offset, data); }
  bool rotational() const { return rotational_; }
  bool can_trim() const { return can_trim_; }

  // Looks at the size again; true when it differs from before.
  bool refresh();
  // Where the path leads now. A device is always the same: its name may come and go.
  Place place() const;

 private:
  Volume() = default;
  base::Result<> open_file();
  base::Result<> measure();
  void learn_blocks(const struct stat& status);
  void learn_waiting();
  void map();
  std::uint64_t bytes_now() const;
  std::uint64_t sectors_of(std::uint64_t total_bytes) const;

  VolumeOptions options_;
  base::Fd fd_;
  base::Fd buffered_;
  std::shared_ptr<const MappedFile> mapped_;  // none for direct I/O
  std::shared_ptr<base::Fd> claim_;
  std::uint64_t bytes_ = 0;  // of the whole file or device
  std::uint64_t sectors_ = 0;
  bool is_device_ = false;
  dev_t device_ = 0;  // that a file, or a device's node, lies on
  dev_t worker_ = 0;
  ino_t inode_ = 0;
  Waiting waiting_ = Waiting::unknown;
  std::uint32_t physical_block_bytes_ = 512;
  std::uint32_t direct_alignment_ = 512;
  bool rotational_ = false;
  bool can_trim_ = false;
};

}  // namespace disk
