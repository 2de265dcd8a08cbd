#include "disk/blocking_engine.h"

#include "disk/inline_io.h"
#include "disk/volume.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

namespace disk {

namespace {

std::int64_t carry_out(const Operation& operation) {
  const auto at = static_cast<off_t>(operation.offset);
  const auto pieces = static_cast<int>(operation.pieces);
  const int fd = operation.fd;
  switch (operation.kind) {
    case Operation::Kind::read:
      return ::preadv(fd, operation.piece.data(), pieces, at);
    case Operation::Kind::write:
      if (operation.after_write_back) {
        (void)::sync_file_range(operation.volume->wait_fd(), at, static_cast<off_t>(operation.bytes),
                                SYNC_FILE_RANGE_WAIT_BEFORE);
      }
      return ::pwritev(fd, operation.piece.data(), pieces, at);
    case Operation::Kind::sync:
      return ::fdatasync(fd);
    case Operation::Kind::write_back:
      return ::sync_file_range(fd, at, static_cast<off_t>(operation.bytes), kWriteAndWait);
    case Operation::Kind::inquire:
      return ::sync_file_range(fd, kBehindEverything, 1, SYNC_FILE_RANGE_WAIT_BEFORE);
    case Operation::Kind::punch:
      return ::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at,
                         static_cast<off_t>(operation.bytes));
  }
  return 0;
}

}  // namespace

bool BlockingEngine::try_now(Operation& operation) {
  return try_inline(operation);
}

void BlockingEngine::start(Operation& operation) {
  const std::int64_t result = carry_out(operation);
  operation.result = result < 0 ? -errno : result;
  done_.push(operation);
}

Operation* BlockingEngine::reap() {
  return done_.pop();
}

}  // namespace disk
