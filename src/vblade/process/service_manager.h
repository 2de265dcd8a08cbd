// ServiceManager: reports to systemd, by the protocol of sd_notify(3): one datagram of NAME=VALUE lines to
// the socket that NOTIFY_SOCKET names. libsystemd would be a dependency that machines with OpenRC cannot
// meet.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace vblade {

class ServiceManager {
 public:
  // Without a socket ("") every report goes nowhere: no service manager waits for one.
  explicit ServiceManager(std::string socket = {}) : socket_(std::move(socket)) {}
  static ServiceManager from_environment();

  // `status` is what `systemctl status` shows.
  void ready(std::string_view status) const;
  // Until the next ready(). `now` is the time of CLOCK_MONOTONIC, from which systemd knows which reload
  // ended.
  void reloading(std::chrono::microseconds now) const;
  void stopping() const;

 private:
  void send(std::string_view lines) const;

  std::string socket_;  // a path, or the name of an abstract socket behind an @
};

}  // namespace vblade
