#include "net/capture.h"

#include "net/interface.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <utility>

#include <pcap/pcap.h>
#include <poll.h>

namespace net {
namespace {

constexpr std::size_t kLinkHeaderBytes = 18;  // with a VLAN tag
constexpr int kBufferBytes = 4 * 1024 * 1024;

struct ClosePcap {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};
using Pcap = std::unique_ptr<pcap_t, ClosePcap>;

struct CloseDump {
  void operator()(pcap_dumper_t* dump) const { pcap_dump_close(dump); }
};

// The fraction of a second that libpcap keeps in tv_usec is nanoseconds in every file, and on interfaces
// whose kernel counts them. A file may hold times that no clock shows: what nanoseconds since 1970 cannot
// count becomes the nearest that they can.
CapturedFrame::Time time_of(const timeval& time, int precision) {
  using Seconds = std::chrono::seconds;
  constexpr std::int64_t kLastSecond =
      std::chrono::floor<Seconds>(std::chrono::nanoseconds::max()).count() - 1;
  const Seconds seconds(std::clamp<std::int64_t>(time.tv_sec, 0, kLastSecond));
  const std::int64_t unit = precision == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
  return CapturedFrame::Time(
      seconds + std::chrono::nanoseconds(std::clamp<std::int64_t>(time.tv_usec * unit, 0, 999'999'999)));
}

timeval timeval_of(CapturedFrame::Time time) {
  const auto since = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  timeval value{};
  value.tv_sec = static_cast<decltype(value.tv_sec)>(seconds.count());
  value.tv_usec = static_cast<decltype(value.tv_usec)>((since - seconds).count());
  return value;
}

base::Result<> set_filter(pcap_t* handle, const std::string& expression) {
  if (expression.empty()) return {};
  bpf_program program{};
  if (pcap_compile(handle, &program, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    return base::fail("cannot compile the packet filter \"{}\": {}", expression, pcap_geterr(handle));
  const int set = pcap_setfilter(handle, &program);
  pcap_freecode(&program);
  if (set != 0) return base::fail("cannot set the packet filter \"{}\": {}", expression, pcap_geterr(handle));
  return {};
}

base::Result<> set_options(pcap_t* handle, const CaptureOptions& options, const Interface& interface) {
  // libpcap cuts its buffer into slots of the snaplen: no longer than a frame can be, or few frames fit.
  const auto snaplen = std::min<std::size_t>(options.snaplen, interface.mtu + kLinkHeaderBytes);
  for (const int status :
       {pcap_set_snaplen(handle, static_cast<int>(snaplen)), pcap_set_buffer_size(handle, kBufferBytes),
        pcap_set_promisc(handle, options.promiscuous ? 1 : 0), pcap_set_immediate_mode(handle, 1),
        pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)}) {
    if (status != 0) return base::fail("cannot capture on {}: {}", interface.name, pcap_statustostr(status));
  }
  return {};
}

base::Result<> activate(pcap_t* handle, const std::string& interface) {
  const int status = pcap_activate(handle);
  if (status >= 0) return {};
  if (status == PCAP_ERROR_PERM_DENIED)
    return base::fail_as(
        EPERM, "cannot capture on {}: Operation not permitted; run as root or with CAP_NET_RAW", interface);
  return base::fail("cannot capture on {}: {}", interface, pcap_geterr(handle));
}

}  // namespace

struct CaptureFile::State {
  std::string path;
  Pcap format;
  std::unique_ptr<pcap_dumper_t, CloseDump> dump;
};

CaptureFile::CaptureFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
CaptureFile::CaptureFile(CaptureFile&&) noexcept = default;
CaptureFile& CaptureFile::operator=(CaptureFile&&) noexcept = default;
CaptureFile::~CaptureFile() = default;

base::Result<CaptureFile> CaptureFile::create(const std::string& path) {
  constexpr int kSnaplen = 1 << 18;
  auto state = std::make_unique<State>();
  state->path = path;
  state->format.reset(pcap_open_dead_with_tstamp_precision(DLT_EN10MB, kSnaplen, PCAP_TSTAMP_PRECISION_NANO));
  if (!state->format) return base::fail("cannot write {}: out of memory", path);
  errno = 0;
  state->dump.reset(pcap_dump_open(state->format.get(), path.c_str()));
  if (!state->dump && errno != 0) return base::fail_errno(errno, "cannot write {}", path);
  if (!state->dump) return base::fail("cannot write {}: {}", path, pcap_geterr(state->format.get()));
  return CaptureFile(std::move(state));
}

void CaptureFile::write(const CapturedFrame& frame) {
  const pcap_pkthdr header{timeval_of(frame.time), static_cast<bpf_u_int32>(frame.bytes.size()),
                           frame.wire_bytes};
  pcap_dump(reinterpret_cast<u_char*>(state_->dump.get()), &header,
            reinterpret_cast<const u_char*>(frame.bytes.data()));
}

base::Result<> CaptureFile::flush() {
  if (pcap_dump_flush(state_->dump.get()) != 0 || std::ferror(pcap_dump_file(state_->dump.get())) != 0)
    return base::fail_errno(errno, "cannot write {}", state_->path);
  return {};
}

struct Capture::State {
  std::string name;
  Pcap pcap;
  bool live = false;
  bool ended = false;
};

Capture::Capture(std::unique_ptr<State> state) : state_(std::move(state)) {}
Capture::Capture(Capture&&) noexcept = default;
Capture& Capture::operator=(Capture&&) noexcept = default;
Capture::~Capture() = default;

base::Result<Capture> Capture::open(const std::string& interface, const CaptureOptions& options) {
  const auto found = find_usable_interface(interface);
  if (!found) return std::unexpected(found.error());
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  auto state = std::make_unique<State>();
  state->name = interface;
  state->live = true;
  state->pcap.reset(pcap_create(interface.c_str(), reason.data()));
  pcap_t* const handle = state->pcap.get();
  if (handle == nullptr) return base::fail("cannot capture on {}: {}", interface, reason.data());
  if (auto set = set_options(handle, options, *found); !set) return std::unexpected(set.error());
  if (auto active = activate(handle, interface); !active) return std::unexpected(active.error());
  if (auto filtered = set_filter(handle, options.filter); !filtered) return std::unexpected(filtered.error());
  if (!options.outgoing && pcap_setdirection(handle, PCAP_D_IN) != 0)
    return base::fail("cannot capture on {}: {}", interface, pcap_geterr(handle));
  if (pcap_setnonblock(handle, 1, reason.data()) != 0)
    return base::fail("cannot capture on {}: {}", interface, reason.data());
  return Capture(std::move(state));
}

base::Result<Capture> Capture::open_file(const std::string& path, const std::string& filter) {
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  auto state = std::make_unique<State>();
  state->name = path;
  errno = 0;
  state->pcap.reset(
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, reason.data()));
  if (!state->pcap && (errno == ENOENT || errno == EACCES))
    return base::fail_errno(errno, "cannot read {}", path);
  if (!state->pcap) return base::fail("cannot read {}: {}", path, reason.data());
  if (pcap_datalink(state->pcap.get()) != DLT_EN10MB)
    return base::fail("{} is a capture of {}, not of Ethernet", path,
                      pcap_datalink_val_to_description_or_dlt(pcap_datalink(state->pcap.get())));
  if (auto filtered = set_filter(state->pcap.get(), filter); !filtered)
    return std::unexpected(filtered.error());
  return Capture(std::move(state));
}

int Capture::fd() const {
  return state_->live ? pcap_get_selectable_fd(state_->pcap.get()) : -1;
}

base::Result<std::optional<CapturedFrame>> Capture::next() {
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  switch (pcap_next_ex(state_->pcap.get(), &header, &bytes)) {
    case 1:
      // A file may claim that a frame was shorter on the wire than what it holds of it.
      return CapturedFrame{time_of(header->ts, pcap_get_tstamp_precision(state_->pcap.get())),
                           {reinterpret_cast<const std::byte*>(bytes), header->caplen},
                           std::max(header->len, header->caplen)};
    case 0:
      return std::nullopt;
    case PCAP_ERROR_BREAK:
      state_->ended = true;
      return std::nullopt;
    default:
      return base::fail("cannot read {}: {}", state_->name, pcap_geterr(state_->pcap.get()));
  }
}

base::Result<std::optional<CapturedFrame>> Capture::next(std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    auto frame = next();
    if (!frame || *frame || state_->ended) return frame;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd waiting{fd(), POLLIN, 0};
    // A signal must not end the wait early for the rest, nor may it last longer than the clock says.
    (void)::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
  }
}

bool Capture::ended() const {
  return state_->ended;
}

base::Result<> Capture::send(base::Bytes frame) {
  if (pcap_inject(state_->pcap.get(), frame.data(), frame.size()) < 0)
    return base::fail("cannot send on {}: {}", state_->name, pcap_geterr(state_->pcap.get()));
  return {};
}

std::uint64_t Capture::lost() const {
  pcap_stat counts{};
  if (!state_->live || pcap_stats(state_->pcap.get(), &counts) != 0) return 0;
  return counts.ps_drop;
}

}  // namespace net
