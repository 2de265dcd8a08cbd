// ControlSocket: the Unix socket of the running server. A client sends one line, a JSON list of words, and
// gets one JSON object back: {"result": ...} or {"error": "..."}. Only the owner may connect. Clients are
// served without blocking: one that hangs or sends rubbish costs a descriptor for a while, nothing else.
#pragma once

#include "base/fd.h"
#include "base/json.h"
#include "base/result.h"
#include "vblade/process/event_loop.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace vblade {

// What a command answers, or why not.
using ControlReply = base::Result<base::Json>;
using ControlAnswer = std::function<void(const ControlReply&)>;
// Calls `answer` once, at once or later.
using ControlHandler =
    std::function<void(const std::vector<std::string>& words, const ControlAnswer& answer)>;

class ControlSocket {
 public:
  // Fails when another server answers there, and when a file is there that is no socket; a socket file that
  // nobody answers at is taken over.
  static base::Result<std::unique_ptr<ControlSocket>> open(const std::filesystem::path& path, EventLoop& loop,
                                                           ControlHandler handler);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  // Ends conversations that last too long.
  void expire();

 private:
  struct Client {
    std::uint64_t id;  // a later client may have the same descriptor
    base::Fd socket;
    std::string input;
    std::string output;
    std::chrono::steady_clock::time_point since;
  };

  ControlSocket(std::filesystem::path path, EventLoop& loop, ControlHandler handler);
  void accept();
  void read(int fd);
  void write(int fd);
  void close(int fd);
  void carry_out(int fd, const std::string& line);
  void answer(int fd, std::uint64_t id, const ControlReply& reply);

  std::filesystem::path path_;
  EventLoop& loop_;
  ControlHandler handler_;
  base::Fd listener_;
  dev_t device_ = 0;  // of the socket's file
  ino_t inode_ = 0;
  std::map<int, Client> clients_;
  std::uint64_t last_id_ = 0;
};

}  // namespace vblade
