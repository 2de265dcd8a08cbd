#include "disk/file_volume.h"

#include "base/number.h"
#include "base/opener.h"
#include "base/units.h"

#include <fstream>

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

namespace disk {

namespace {

constexpr long kXfsMagic = 0x58465342;

// A number from a block device's queue directory in sysfs; a partition's is its disk's.
std::optional<std::uint64_t> queue_setting(dev_t device, const char* name) {
  for (const char* way : {"", "/.."}) {
    std::ifstream file(
        fmt::format("/sys/dev/block/{}:{}{}/queue/{}", major(device), minor(device), way, name));
    std::string text;
    if (file >> text) return base::parse_number(text);
  }
  return std::nullopt;
}

base::Result<> check_kind(const VolumeOptions& options) {
  struct stat status{};
  const std::string path = options.path.string();
  const base::Fd file = base::opener().file(options.path, O_PATH);
  if (!file || ::fstat(file.get(), &status) != 0) {
    if (errno == ENOENT) return base::fail("'{}' does not exist", path);
    return base::fail_errno(errno, "'{}' cannot be examined", path);
  }
  if (S_ISDIR(status.st_mode))
    return base::fail("'{}' is a directory: export a file or a block device", path);
  if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
    return base::fail("'{}' is neither a file nor a block device", path);
  }
  return {};
}

// Writers shut out everybody, readers only writers; and just from the part that is exported.
base::Result<> lock_part(int fd, const VolumeOptions& options) {
  struct flock lock{};
  lock.l_type = options.read_only ? F_RDLCK : F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(options.offset);
  lock.l_len = static_cast<off_t>(options.length.value_or(0));
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return {};
  if (errno != EAGAIN && errno != EACCES) {
    return base::fail_errno(errno, "'{}' cannot be locked", options.path.string());
  }
  return base::fail_as(
      EBUSY, "'{}' is locked by another process: it is exported already, or a virtual machine uses it",
      options.path.string());
}

// What the kernel knows of an open file by itself. A file system that lives in a process or on another
// machine is not asked: it may not answer, and nobody waits for it.
std::optional<struct statx> known_of(int fd) {
  struct statx known{};
  if (::statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_SIZE | STATX_INO, &known) != 0) return {};
  return known;
}

}  // namespace

base::Result<std::shared_ptr<base::Fd>> Claims::claim(const VolumeOptions& options,
                                                      const struct stat& status) {
  const bool is_device = S_ISBLK(status.st_mode);
  const auto key =
      is_device ? std::pair<dev_t, ino_t>{status.st_rdev, 0} : std::pair{status.st_dev, status.st_ino};
  auto held = held_[key].lock();
  // What is held of a device that was unplugged does not hold its successor.
  std::uint64_t bytes = 0;
  const bool gone = held && is_device && ::ioctl(held->get(), BLKGETSIZE64, &bytes) == 0 && bytes == 0;
  if (!held || gone) {
    const int flags = is_device ? O_EXCL : 0;
    base::Fd fd;
    if (!is_device) fd = base::opener().file(options.path, flags | O_RDWR);
    if (!fd) fd = base::opener().file(options.path, flags | O_RDONLY);
    if (!fd && errno == EBUSY) {
      return base::fail_as(
          EBUSY,
          "'{}' is in use: it or a partition of it is mounted, belongs to RAID, LVM or swap, or is exported "
          "already",
          options.path.string());
    }
    if (!fd) return base::fail_errno(errno, "'{}' cannot be opened", options.path.string());
    held = std::make_shared<base::Fd>(std::move(fd));
  }
  if (!is_device) {
    if (auto locked = lock_part(held->get(), options); !locked) return std::unexpected(locked.error());
  }
  held_[key] = held;
  return held;
}

base::Result<FileVolume> FileVolume::open(const VolumeOptions& options, Claims& claims) {
  FileVolume volume(options);
  if (auto kind = check_kind(options); !kind) return std::unexpected(kind.error());
  if (auto opened = volume.open_file(); !opened) return std::unexpected(opened.error());
  struct stat status{};
  if (::fstat(volume.fd(), &status) != 0) {
    return base::fail_errno(errno, "'{}' cannot be examined", options.path.string());
  }
  volume.is_device_ = S_ISBLK(status.st_mode);
  volume.device_ = status.st_dev;
  volume.worker_ = volume.is_device_ ? status.st_rdev : status.st_dev;
  volume.inode_ = status.st_ino;
  if (auto opened = volume.open_for_waiting(); !opened) return std::unexpected(opened.error());
  if (auto measured = volume.measure(); !measured) return std::unexpected(measured.error());
  if (!options.force) {
    auto claim = claims.claim(options, status);
    if (!claim) return std::unexpected(claim.error());
    volume.claim_ = std::move(*claim);
  }
  volume.learn_blocks(status);
  volume.learn_waiting();
  volume.map();
  return volume;
}

base::Result<> FileVolume::open_file() {
  const int access = options_.read_only ? O_RDONLY : O_RDWR;
  const auto open_with = [&](int flags) { return base::opener().file(options_.path, flags); };
  const std::string path = options_.path.string();
  buffered_ = open_with(access);
  if (!buffered_ && !options_.read_only && (errno == EACCES || errno == EROFS || errno == EPERM)) {
    return base::fail_errno(
        errno, "'{}' cannot be opened for writing (export it read-only, or make it writable)", path);
  }
  if (!buffered_) return base::fail_errno(errno, "'{}' cannot be opened", path);
  if (!options_.direct) {
    fd_ = std::move(buffered_);
    return {};
  }
  fd_ = open_with(access | O_DIRECT);
  if (!fd_ && errno == EINVAL) {
    return base::fail("'{}' lies on a file system without direct I/O: export it without 'direct'", path);
  }
  if (!fd_) return base::fail_errno(errno, "'{}' cannot be opened for direct I/O", path);
  return {};
}

// File systems keep pages stable while they are written, or put them elsewhere on the disk. Nobody does so
// for a device's own pages.
base::Result<> FileVolume::open_for_waiting() {
  if (!is_device_ || options_.read_only) return {};
  wait_fd_ = base::opener().file(options_.path, O_RDONLY);
  if (!wait_fd_) return base::fail_errno(errno, "'{}' cannot be opened", options_.path.string());
  return {};
}

std::uint64_t FileVolume::bytes_now() const {
  if (is_device_) {
    std::uint64_t bytes = 0;
    return ::ioctl(fd(), BLKGETSIZE64, &bytes) == 0 ? bytes : 0;
  }
  const auto known = known_of(fd());
  return known ? known->stx_size : 0;
}

std::uint64_t FileVolume::sectors_of(std::uint64_t total_bytes) const {
  if (total_bytes <= options_.offset) return 0;
  const std::uint64_t rest = total_bytes - options_.offset;
  return std::min(rest, options_.length.value_or(rest)) / base::kSectorBytes;
}

base::Result<> FileVolume::measure() {
  const std::uint64_t total = bytes_ = bytes_now();
  const std::string path = options_.path.string();
  if (total < base::kSectorBytes) {
    return base::fail("'{}' is too small: it has {} bytes, and a sector has {}", path, total,
                      base::kSectorBytes);
  }
  if (options_.offset >= total) {
    return base::fail("offset {} lies beyond the end of '{}', which has {} bytes", options_.offset, path,
                      total);
  }
  if (options_.length && *options_.length > total - options_.offset) {
    return base::fail("offset {} and length {} reach beyond the end of '{}', which has {} bytes",
                      options_.offset, *options_.length, path, total);
  }
  sectors_ = sectors_of(total);
  if (sectors_ == 0)
    return base::fail("less than one sector of '{}' lies behind offset {}", path, options_.offset);
  return {};
}

std::vector<int> FileVolume::descriptors() const {
  std::vector<int> all{fd_.get()};
  if (buffered_) all.push_back(buffered_.get());
  if (wait_fd_) all.push_back(wait_fd_.get());
  if (claim_ && *claim_) all.push_back(claim_->get());
  return all;
}

std::uint64_t FileVolume::sectors_now() const {
  return is_device_ ? sectors_ : sectors_of(bytes_now());
}

bool FileVolume::refresh() {
  const std::uint64_t bytes = bytes_now();
  if (std::exchange(bytes_, bytes) == bytes) return false;
  const std::uint64_t before = std::exchange(sectors_, sectors_of(bytes));
  map();
  return sectors_ != before;
}

void FileVolume::map() {
  if (direct()) return;
  const MappedFile::File file{is_device_ ? worker_ : device_, is_device_ ? 0 : inode_};
  mapped_ = MappedFile::shared(file, fd(), bytes_, !read_only());
}

bool FileVolume::replaced() const {
  if (!is_device_) return path_state() == PathState::other;
  const base::Fd device = base::opener().file(options_.path, O_PATH);
  struct stat status{};
  if (!device || ::fstat(device.get(), &status) != 0 || !S_ISBLK(status.st_mode)) return false;
  // The successor may have the number of the one before, which then has no bytes any more.
  return status.st_rdev != worker_ || bytes_now() == 0;
}

PathState FileVolume::path_state() const {
  if (is_device_) return PathState::same;
  const base::Fd file = base::opener().file(options_.path, O_PATH);
  return path_state_by(file, errno);
}

PathState FileVolume::path_state_by(const base::Fd& found, int error) const {
  if (is_device_) return PathState::same;
  if (!found) return error == ENOENT ? PathState::gone : PathState::same;
  const auto known = known_of(found.get());
  if (!known) return PathState::same;
  const dev_t device = makedev(known->stx_dev_major, known->stx_dev_minor);
  return device == device_ && known->stx_ino == inode_ ? PathState::same : PathState::other;
}

void FileVolume::learn_blocks(const struct stat& status) {
  const dev_t device = is_device_ ? status.st_rdev : status.st_dev;
  rotational_ = queue_setting(device, "rotational") == 1;
  direct_alignment_ = static_cast<std::uint32_t>(queue_setting(device, "logical_block_size").value_or(512));
  physical_block_bytes_ =
      static_cast<std::uint32_t>(queue_setting(device, "physical_block_size").value_or(4096));
  if (is_device_) {
    // The kernel makes a hole in a device by writing zeros without data. It discards where it can, too.
    can_trim_ = queue_setting(device, "discard_max_bytes").value_or(0) > 0 &&
                queue_setting(device, "write_zeroes_max_bytes").value_or(0) > 0;
    return;
  }
  physical_block_bytes_ =
      std::max(physical_block_bytes_, static_cast<std::uint32_t>(::sysconf(_SC_PAGESIZE)));
  struct statfs system{};
  if (::fstatfs(fd(), &system) != 0) return;
  can_trim_ = system.f_type == EXT4_SUPER_MAGIC || system.f_type == kXfsMagic ||
              system.f_type == static_cast<long>(BTRFS_SUPER_MAGIC) || system.f_type == TMPFS_MAGIC;
}

void FileVolume::learn_waiting() {
  if (options_.direct) return;  // never from the cache
  struct statfs system{};
  if (!is_device_ && ::fstatfs(fd(), &system) == 0 && system.f_type == TMPFS_MAGIC) {
    nowait_support_ = NowaitSupport::not_needed;
    return;
  }
  std::byte probe{};
  const iovec piece{&probe, 1};
  const ssize_t got = ::preadv2(fd(), &piece, 1, static_cast<off_t>(options_.offset), RWF_NOWAIT);
  if (got >= 0 || errno == EAGAIN) nowait_support_ = NowaitSupport::reported;
}

base::Result<std::unique_ptr<Volume>> FileVolumeOpener::open(const VolumeOptions& options) {
  auto volume = FileVolume::open(options, claims_);
  if (!volume) return std::unexpected(volume.error());
  return std::make_unique<FileVolume>(std::move(*volume));
}

}  // namespace disk
