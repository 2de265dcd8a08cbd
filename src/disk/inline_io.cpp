#include "disk/inline_io.h"

#include "disk/volume.h"

#include <cerrno>
#include <span>

#include <sys/uio.h>

namespace disk {

namespace {

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

bool try_write(Operation& operation, int fd, bool never_waits) {
  if (try_store(operation)) return true;
  if (!never_waits) return false;
  return done(operation, ::pwritev(fd, operation.piece.data(), static_cast<int>(operation.pieces),
                                   static_cast<off_t>(operation.offset)));
}

}  // namespace

bool try_store(Operation& operation) {
  const Volume& volume = *operation.volume;
  if (operation.kind != Operation::Kind::write || volume.writes_may_sleep() ||
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
      return try_write(operation, operation.fd, never_waits);
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
