// Operation: one system call's worth of disk work, gathered from the requests that it serves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <fcntl.h>
#include <sys/uio.h>

namespace disk {

// Of sync_file_range(): waits for all that the page cache holds. Only glibc has one name for these three.
inline constexpr unsigned kWriteAndWait =
    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
// Of sync_file_range(), to ask for the report of a failed write-back alone. The kernel gives it for the whole
// file, whatever range is named, and waits for the range's pages; no page lies there. A 32-bit kernel answers
// nothing beyond 16 TiB.
inline constexpr std::uint64_t kBehindEverything = std::uint64_t{1} << (sizeof(void*) > 4 ? 62 : 43);

struct Request;
class Queue;
class Volume;

struct Operation {
  enum class Kind : std::uint8_t {
    read,
    write,
    sync,        // what was written is on stable storage
    write_back,  // what the page cache holds is with the device
    inquire,     // whether the kernel failed to write something back
    punch,
  };
  static constexpr unsigned kMaxPieces = 64;

  Kind kind = Kind::read;
  bool after_write_back = false;  // waits for pages that are on their way to the disk
  const Volume* volume = nullptr;
  int fd = -1;
  std::uint64_t offset = 0;  // bytes into the file or device
  std::uint64_t bytes = 0;   // 0 for sync, inquire, and perhaps write_back: all of it
  unsigned pieces = 0;       // of `piece`, for read and write
  std::array<iovec, kMaxPieces> piece;

  std::int64_t result = 0;  // bytes done, or a negative errno

  Queue* queue = nullptr;     // whose it is
  Request* first = nullptr;   // the requests served, linked by Request::next
  Operation* next = nullptr;  // of the list that it stands in
  // Of an AgeList.
  std::int64_t started_ms = 0;
  Operation* older = nullptr;
  Operation* newer = nullptr;

  std::uint64_t end() const { return offset + bytes; }
  void add(void* memory, std::uint64_t length) {
    piece[pieces++] = {memory, static_cast<std::size_t>(length)};
    bytes += length;
  }
};

// First in, first out; links the operations themselves.
class OperationList {
 public:
  bool empty() const { return first_ == nullptr; }
  Operation* front() const { return first_; }
  void push(Operation& operation) {
    operation.next = nullptr;
    (first_ == nullptr ? first_ : last_->next) = &operation;
    last_ = &operation;
  }
  Operation* pop() {
    Operation* const operation = first_;
    if (operation != nullptr) first_ = operation->next;
    return operation;
  }

 private:
  Operation* first_ = nullptr;
  Operation* last_ = nullptr;
};

}  // namespace disk
