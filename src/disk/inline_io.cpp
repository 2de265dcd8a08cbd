#include "disk/inline_io.h"

#include "disk/volume.h"

#include <cerrno>
#include <span>

#include <sys/uio.h>

namespace disk {

namespace {

constexpr std::uint64_t kPageBytes = 4096;

bool done(Operation& operation, ssize_t result) {
  operation.result = result < 0 ? -errno : result;
  return true;
}

bool try_read(Operation& operation, int fd, bool never_waits) {
  const ssize_t got = ::preadv2(fd, operation.piece.data(), static_cast<int>(operation.pieces),
                                static_cast<off_t>(operation.offset), never_waits ? 0 : RWF_NOWAIT);
  if (never_waits) return done(operation, got);
  // A part from the cache is no answer: the rest may lie on the disk, or beyond the end.
  if (got < 0 || static_cast<std::uint64_t>(got) < operation.bytes) return false;
  return done(operation, got);
}

// True when the page at `offset` is in the page cache and up to date, so that writing a part of it needs no
// read.
bool is_resident(const Volume& volume, int fd, std::uint64_t offset) {
  if (!volume.cached(offset, 1).empty()) return true;
  std::byte probe{};
  const iovec piece{&probe, 1};
  return ::preadv2(fd, &piece, 1, static_cast<off_t>(offset), RWF_NOWAIT) == 1;
}

// True when no part of a page has to be read from the disk before the write.
bool needs_no_read(const Operation& operation, const Volume& volume, int fd) {
  const std::uint64_t end = operation.end();
  const bool begins_inside = operation.offset % kPageBytes != 0;
  if (begins_inside && !is_resident(volume, fd, operation.offset)) return false;
  const bool one_page = operation.offset / kPageBytes == (end - 1) / kPageBytes;
  return end % kPageBytes == 0 || (one_page && begins_inside) || is_resident(volume, fd, end - 1);
}

bool try_write(Operation& operation, const Volume& volume, int fd, bool never_waits) {
  if (try_store(operation)) return true;
  if (volume.is_being_written(operation.offset, operation.bytes)) return false;
  // A device throttles those who write faster than it does.
  if (!never_waits && (volume.is_device() || !needs_no_read(operation, volume, fd))) return false;
  return done(operation, ::pwritev(fd, operation.piece.data(), static_cast<int>(operation.pieces),
                                   static_cast<off_t>(operation.offset)));
}

}  // namespace

bool try_store(Operation& operation) {
  const Volume& volume = *operation.volume;
  if (operation.kind != Operation::Kind::write || volume.nowait_support() == NowaitSupport::none ||
      volume.is_being_written(operation.offset, operation.bytes)) {
    return false;
  }
  std::uint64_t offset = operation.offset;
  for (const iovec& piece : std::span(operation.piece).first(operation.pieces)) {
    const base::Bytes data(static_cast<const std::byte*>(piece.iov_base), piece.iov_len);
    if (!volume.store(offset, data)) return false;
    offset += piece.iov_len;
  }
  operation.result = static_cast<std::int64_t>(operation.bytes);
  return true;
}

bool try_inline(Operation& operation) {
  const Volume& volume = *operation.volume;
  if (volume.nowait_support() == NowaitSupport::none) return false;
  const bool never_waits = volume.nowait_support() == NowaitSupport::not_needed;
  switch (operation.kind) {
    case Operation::Kind::read:
      return try_read(operation, operation.fd, never_waits);
    case Operation::Kind::write:
      return try_write(operation, volume, operation.fd, never_waits);
    case Operation::Kind::sync:
      if (!never_waits) return false;
      operation.result = 0;  // memory is as stable as it gets
      return true;
    case Operation::Kind::write_back:
    case Operation::Kind::inquire:
    case Operation::Kind::punch:
      return false;
  }
  return false;
}

}  // namespace disk
