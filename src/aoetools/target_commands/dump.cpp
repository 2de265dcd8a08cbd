// aoe dump: AoE frames in words, from the wire or from a capture file.
#include "aoetools/command_line/invocation.h"
#include "aoetools/command_line/terminal.h"
#include "aoetools/dump/narrator.h"
#include "aoetools/wire/wire.h"
#include "base/json.h"

#include <filesystem>
#include <system_error>

namespace aoetools {

namespace {

constexpr std::string_view kFilter = "ether proto 0x88a2";

base::Json to_json(const FrameText& text) {
  base::Json latency;
  if (text.latency) latency = static_cast<double>(text.latency->count()) / 1e3;
  return base::Json::Fields{{"seconds", std::chrono::duration<double>(text.at).count()},
                            {"source", text.source},
                            {"destination", text.destination},
                            {"target", text.target},
                            {"reply", text.reply},
                            {"error", text.error},
                            {"words", text.words},
                            {"latency_us", latency}};
}

class Dump {
 public:
  Dump(bool json, std::uint64_t most) : json_(json), left_(most) {}

  base::Result<> write_to(const std::string& path) {
    auto file = net::CaptureFile::create(path);
    if (!file) return std::unexpected(file.error());
    file_.emplace(std::move(*file));
    return {};
  }

  // False: that was the last one wanted.
  base::Result<bool> take(const net::CapturedFrame& frame) {
    const FrameText text = narrator_.tell(frame.time.time_since_epoch(), frame.bytes);
    if (json_) {
      fmt::print("{}\n", to_json(text).text());
    } else {
      const std::string line = text.line();
      fmt::print("{}\n", text.error ? coloured(Colour::red, line, stdout) : line);
    }
    std::fflush(stdout);
    if (file_) {
      file_->write(frame);
      // An interrupt may end this at any moment; what was shown is then in the file.
      if (auto flushed = file_->flush(); !flushed) return std::unexpected(flushed.error());
    }
    return left_ == 0 || --left_ > 0;
  }

 private:
  Narrator narrator_;
  bool json_;
  std::uint64_t left_;  // 0: no limit
  std::optional<net::CaptureFile> file_;
};

base::Result<> read_file(Dump& dump, const std::string& path) {
  auto capture = net::Capture::open_file(path, std::string(kFilter));
  if (!capture) return std::unexpected(capture.error());
  for (;;) {
    const auto frame = capture->next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return {};
    const auto more = dump.take(**frame);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
  }
}

base::Result<> listen(Dump& dump, const std::vector<std::string>& interfaces) {
  auto wire = Wire::open(interfaces, Wire::Direction::both);
  if (!wire) return std::unexpected(wire.error());
  fmt::print(stderr, "listening on {}\n", wire->names());
  for (;;) {
    const auto heard = wire->hear(Wire::Clock::now() + std::chrono::seconds(60));
    if (!heard) continue;
    const auto more = dump.take({heard->time, heard->frame, heard->wire_bytes});
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
  }
}

}  // namespace

int dump(const Invocation& invocation) {
  bool json = false;
  std::uint64_t most = 0;
  std::string read_from, write_to;
  std::vector<std::string> interfaces;
  Options options(invocation,
                  "Describes AoE frames, one line each; the line of a reply has the time it took.",
                  {{"aoe dump -i eth1", "show the frames on eth1 until interrupted"},
                   {"aoe dump -i eth1 -c 100 --write bug.pcap", "save 100 frames for Wireshark"},
                   {"aoe dump --read bug.pcap", "read a capture of tcpdump or Wireshark"}});
  options.values("-i,--interface", interfaces, "NAME", "listen only on these; names or patterns")
      .value("-r,--read", read_from, "FILE", "read a pcap or pcapng file instead; - is standard input")
      .value("-w,--write", write_to, "FILE", "write the frames to a pcap file")
      .number("-c,--count", most, 0, UINT64_MAX, "exit after this many frames; 0: never")
      .flag("--json", json, "print one JSON object a line");
  if (const auto status = options.parse()) return *status;

  std::error_code missing;
  if (!read_from.empty() && std::filesystem::equivalent(read_from, write_to, missing)) {
    complain(invocation, "--write {} would destroy what --read is to read: name another file", write_to);
    return kUsage;
  }
  Dump dump(json, most);
  if (!write_to.empty()) {
    if (const auto ready = dump.write_to(write_to); !ready)
      return complain(invocation, "{}", ready.error().message);
  }
  const auto done = read_from.empty() ? listen(dump, interfaces) : read_file(dump, read_from);
  return done ? kDone : complain(invocation, "{}", done.error().message);
}

}  // namespace aoetools
