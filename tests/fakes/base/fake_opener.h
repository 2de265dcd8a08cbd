// FakeOpener: opens files of this process as long as it lives, but for those that a test refuses.
#pragma once

#include "base/opener.h"

#include <cerrno>
#include <functional>

namespace base {

class FakeOpener final : public Opener {
 public:
  // The errno to fail with; 0: it is opened.
  std::function<int(const std::filesystem::path& path, int flags)> refuse;
  int refuse_sockets = 0;

  FakeOpener() { set_opener(this); }
  ~FakeOpener() override { set_opener(nullptr); }
  FakeOpener(const FakeOpener&) = delete;
  FakeOpener& operator=(const FakeOpener&) = delete;

  Fd file(const std::filesystem::path& path, int flags) override {
    const int error = refuse ? refuse(path, flags) : 0;
    if (error == 0) return own_.file(path, flags);
    errno = error;
    return Fd();
  }
  Fd packet_socket(const std::string& interface, PacketUse use) override {
    if (refuse_sockets == 0) return own_.packet_socket(interface, use);
    errno = refuse_sockets;
    return Fd();
  }

 private:
  DirectOpener own_;
};

}  // namespace base
