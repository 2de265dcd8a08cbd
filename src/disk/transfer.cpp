#include "disk/transfer.h"

#include <algorithm>

namespace disk {

void begin_transfer(Operation& operation, const Volume& volume, const Request& first) {
  operation.kind = first.command == Command::write ? Operation::Kind::write : Operation::Kind::read;
  operation.volume = &volume;
  operation.fd = volume.fd();
  operation.offset = volume.first_byte() + first.sector * base::kSectorBytes;
  operation.bytes = 0;
  operation.pieces = 0;
}

void add_request(Operation& operation, Request& request) {
  std::uint64_t left = request.bytes();
  if (request.command == Command::write) {
    operation.add(const_cast<std::byte*>(request.payload.data()), left);  // an iovec cannot say const
    return;
  }
  while (left > 0) {  // only a verify is longer than its buffer, and keeps nothing
    const std::uint64_t part = std::min<std::uint64_t>(left, request.buffer.size());
    operation.add(request.buffer.data(), part);
    left -= part;
  }
}

void choose_way(Operation& operation) {
  const Volume& volume = *operation.volume;
  const std::uint64_t misaligned = (operation.offset | operation.bytes) % volume.direct_alignment();
  const bool direct = volume.direct() && misaligned == 0;
  operation.fd = direct ? volume.fd() : volume.buffered_fd();
  operation.after_write_back = !direct && operation.kind == Operation::Kind::write &&
                               volume.is_being_written(operation.offset, operation.bytes);
}

}  // namespace disk
