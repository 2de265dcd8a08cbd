// Opener: opens what an ordinary user may not, files and packet sockets. The usual one has the rights of this
// process; a program that gives them up puts one in place that asks a process which kept them.
#pragma once

#include "base/fd.h"

#include <filesystem>

namespace base {

class Opener {
 public:
  virtual ~Opener() = default;
  // As open(2): empty, with errno set, when it fails.
  virtual Fd file(const std::filesystem::path& path, int flags) = 0;
  // A packet socket that is bound to nothing yet, with room for this many bytes that leave (if need be over
  // the system's limit, where that is allowed); empty, with errno set, when it fails.
  virtual Fd packet_socket(int send_buffer) = 0;
};

// With the rights of this process.
class DirectOpener final : public Opener {
 public:
  Fd file(const std::filesystem::path& path, int flags) override;
  Fd packet_socket(int send_buffer) override;
};

// The one of this process.
Opener& opener();
// From now on; it must outlive all who open. nullptr: the usual one again.
void set_opener(Opener* other);

}  // namespace base
