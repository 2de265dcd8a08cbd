// Opener: opens what an ordinary user may not, files and packet sockets. The usual one has the rights of this
// process; a program that gives them up puts one in place that asks a process which kept them.
#pragma once

#include "base/fd.h"

#include <filesystem>
#include <string>

namespace base {

// What a packet socket is for.
enum class PacketUse { receive, send };

class Opener {
 public:
  virtual ~Opener() = default;
  // As open(2): empty, with errno set, when it fails.
  virtual Fd file(const std::filesystem::path& path, int flags) = 0;
  // A packet socket for this interface, with a large buffer for what leaves; empty, with errno set, when it
  // fails. The caller sets its filter and binds it. Who gives sockets to a process without rights has done
  // both already, and locked the filter, so that nothing else can ever be heard by it.
  virtual Fd packet_socket(const std::string& interface, PacketUse use) = 0;
};

// With the rights of this process.
class DirectOpener final : public Opener {
 public:
  Fd file(const std::filesystem::path& path, int flags) override;
  Fd packet_socket(const std::string& interface, PacketUse use) override;
};

// The one of this process.
Opener& opener();
// From now on; it must outlive all who open. nullptr: the usual one again.
void set_opener(Opener* other);

}  // namespace base
