// Capture: frames as libpcap sees them, from an interface or a pcap file, with their times; and into a file.
// For tools that look (scan, dump). The server's way is Link.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace net {

struct CaptureOptions {
  std::string filter;           // libpcap expression; empty: everything
  bool promiscuous = false;     // hear others' unicast as well
  bool outgoing = true;         // hear what this machine sends, except by send() of the same Capture
  std::size_t snaplen = 65536;  // bytes kept of each frame; live: at most what the MTU allows
};

struct CapturedFrame {
  using Time = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;
  Time time;
  base::Bytes bytes;             // valid until the next call
  std::uint32_t wire_bytes = 0;  // its length before it was cut to the snaplen
};

// Writes frames to a pcap file (nanosecond times, Ethernet), readable by tcpdump and Wireshark.
class CaptureFile {
 public:
  // "-" is standard output. The error names the path.
  static base::Result<CaptureFile> create(const std::string& path);
  CaptureFile(CaptureFile&&) noexcept;
  CaptureFile& operator=(CaptureFile&&) noexcept;
  ~CaptureFile();

  void write(const CapturedFrame& frame);
  // Reports a full disk and the like.
  base::Result<> flush();

 private:
  struct State;
  explicit CaptureFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Capture {
 public:
  // Errors: no such interface, not Ethernet, down, not permitted (needs CAP_NET_RAW), a bad filter.
  static base::Result<Capture> open(const std::string& interface, const CaptureOptions& options);
  // "-" is standard input. Errors: no such file, not a capture, not of Ethernet, a bad filter.
  static base::Result<Capture> open_file(const std::string& path, const std::string& filter);
  Capture(Capture&&) noexcept;
  Capture& operator=(Capture&&) noexcept;
  ~Capture();

  // Readable when frames wait; for epoll. -1 for a file.
  int fd() const;
  // The next frame that waits, at once; nullopt when none does, and at the end of a file (then ended() too).
  base::Result<std::optional<CapturedFrame>> next();
  // As next(), but waits until the deadline for one.
  base::Result<std::optional<CapturedFrame>> next(std::chrono::steady_clock::time_point deadline);
  bool ended() const;
  // Sends one whole frame, from the destination MAC on.
  base::Result<> send(base::Bytes frame);
  // Frames that were lost because nobody read them in time.
  std::uint64_t lost() const;

 private:
  struct State;
  explicit Capture(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace net
