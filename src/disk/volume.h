// Volume: an open disk, or a part of one, and what is known about it. FileVolume (disk/file_volume.h) is a
// file or block device; tests have one without any bytes, and other engines may have others. A request reads
// its data and calls nothing virtual.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "disk/mapped_file.h"
#include "disk/page_state.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

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

// How to learn whether I/O would block.
enum class NowaitSupport : std::uint8_t {
  not_needed,  // memory (tmpfs): it does not
  reported,    // RWF_NOWAIT says so
  none,        // no way: everything is asynchronous
};

// What an open file's path leads to.
enum class PathState : std::uint8_t {
  same,   // to that file, or it could not be found out
  other,  // to another file
  gone,   // nowhere
};

class Volume {
 public:
  virtual ~Volume() = default;

  // -1 where the engine needs none.
  int fd() const { return fd_.get(); }
  // For requests that direct I/O cannot do because they are not aligned; fd() itself when not direct.
  int buffered_fd() const { return buffered_ ? buffered_.get() : fd_.get(); }
  const std::filesystem::path& path() const { return options_.path; }
  std::uint64_t sectors() const { return sectors_; }            // of 512 bytes
  std::uint64_t first_byte() const { return options_.offset; }  // where sector 0 lies in the file
  bool read_only() const { return options_.read_only; }
  bool direct() const { return options_.direct; }
  bool is_device() const { return is_device_; }
  // What does the work: the block device, or the one that the file's file system lies on.
  dev_t worker() const { return worker_; }
  NowaitSupport nowait_support() const { return nowait_support_; }
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
  // A write to a file may wait for its file system's journal, or for the end of a freeze, also if its page is
  // in memory and also with RWF_NOWAIT.
  bool writes_may_sleep() const { return !is_device_ && nowait_support_ != NowaitSupport::not_needed; }
  // Pages of these bytes are on their way to a device that takes whatever they hold by the time they arrive.
  // A change now could leave a sector half old, half new on the disk. True also if the kernel does not say.
  bool is_being_written(std::uint64_t offset, std::uint64_t bytes) const {
    return wait_fd_ && is_under_write_back(wait_fd_.get(), offset, bytes);
  }
  // To wait for that. An open file of its own: the wait takes no report of a failed write-back from a flush.
  int wait_fd() const { return wait_fd_.get(); }
  bool rotational() const { return rotational_; }
  bool can_trim() const { return can_trim_; }

  // All that it holds open.
  virtual std::vector<int> descriptors() const = 0;
  // How many of the sectors are there at this moment: a file may have been cut since the last look.
  virtual std::uint64_t sectors_now() const = 0;
  // Looks at the size again; true when it differs from before.
  virtual bool refresh() = 0;
  // Where the path leads now. A device is always the same: its name may come and go.
  virtual PathState path_state() const = 0;
  // True when the path leads to another disk than the open one, which a reload then opens: unlike
  // path_state() also for a device that was unplugged and has a successor.
  virtual bool replaced() const { return path_state() == PathState::other; }
  // The same of what somebody has found there: a file, or an errno.
  virtual PathState path_state_by(const base::Fd& found, int error) const = 0;

 protected:
  explicit Volume(VolumeOptions options) : options_(std::move(options)) {}
  Volume(Volume&&) = default;
  Volume& operator=(Volume&&) = default;

  VolumeOptions options_;
  base::Fd fd_;
  base::Fd buffered_;
  base::Fd wait_fd_;                          // of a block device that is written through the page cache
  std::shared_ptr<const MappedFile> mapped_;  // none for direct I/O
  std::uint64_t sectors_ = 0;
  bool is_device_ = false;
  dev_t worker_ = 0;
  NowaitSupport nowait_support_ = NowaitSupport::none;
  std::uint32_t physical_block_bytes_ = 512;
  std::uint32_t direct_alignment_ = 512;
  bool rotational_ = false;
  bool can_trim_ = false;
};

// Opens volumes.
class VolumeOpener {
 public:
  virtual ~VolumeOpener() = default;
  // Errors name the path and what to do about it; EBUSY when somebody else has it.
  virtual base::Result<std::unique_ptr<Volume>> open(const VolumeOptions& options) = 0;
};

}  // namespace disk
