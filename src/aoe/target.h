// The target's rules: what a request frame means for one export, and what is answered. Pure: no system
// call, no clock, no heap on the ATA path. The server asks judge(), does the disk work it is told to do,
// and lets finish() complete the reply. AoEr11 sections 3 and 4; field-by-field layout in aoe/header.h.
//
// Integers here are in host order; the wire is big-endian except for ATA data, which is little-endian.
#pragma once

#include "aoe/address.h"
#include "aoe/header.h"
#include "aoe/hosts.h"
#include "base/bytes.h"
#include "base/mac_address.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace aoe {

inline constexpr std::size_t kSerialWidth = 20;
inline constexpr std::size_t kModelWidth = 40;

// IDENTIFY says this about an export. Text is ASCII; it is padded or cut to the ATA field's width.
struct Identity {
  std::string serial;                 // kSerialWidth characters, unique among a network's exports
  std::string model;                  // kModelWidth characters
  std::string firmware;               // 8 characters
  std::uint64_t world_wide_name = 0;  // 0: none
  // AoE's sector, and so the logical block, is 512 bytes always: a 4 KiB-native disk is shown as 512e.
  std::uint32_t physical_block_bytes = 512;  // 512 times a power of two
  std::uint16_t alignment_sectors = 0;       // where sector 0 lies inside its physical block
  bool rotational = false;
  bool can_trim = false;
  bool write_cache = false;  // true when a write is acknowledged before it is on stable storage
};

// Who may do what.
struct Access {
  // Who may talk to the target at all: others get no answer, as if it were not there.
  Hosts read = Hosts::everybody();
  // Who of them may write and trim: others get an ATA error.
  Hosts write = Hosts::everybody();
  // Who of them may change the config string, the mask list and the reservation: others get an AoE error.
  Hosts configure = Hosts::everybody();
  bool remote_configuration = true;  // false: those three are read-only from the wire
};

// What initiators may set on a target.
struct TargetState {
  std::vector<std::byte> config_string;       // at most kMaxConfigString bytes
  std::vector<base::MacAddress> mask;         // empty: all may talk; at most kMaxMask
  std::vector<base::MacAddress> reservation;  // empty: free; at most kMaxReservation
};

// One export as initiators see it: the same on every interface and address. The server owns it, and keeps its
// state over restarts.
struct Target : TargetState {
  Address address;
  std::uint64_t sectors = 0;  // of 512 bytes
  bool read_only = false;
  bool failing = false;             // the disk behind it has reported errors: SMART says so
  std::uint16_t buffer_count = 16;  // outstanding frames we advertise; at least 2, or the Linux driver hangs
  Identity identity;
  Access access;
};

// Both lists end where a full one no longer fits a frame of the standard MTU: every host can read them.
inline constexpr std::size_t kMaxMask = (frame_limit(1500) - kMaskHeaderBytes) / kDirectiveBytes;
inline constexpr std::size_t kMaxReservation =
    (frame_limit(1500) - kReserveHeaderBytes) / base::MacAddress::kBytes;

inline constexpr std::uint16_t kFirmwareVersion = 0x4019;  // what vblade says; initiators show it

// The interface that a request came in on, as far as the answer depends on it.
struct Station {
  base::MacAddress mac;
  std::uint32_t mtu = 1500;  // bytes of Ethernet payload; under kMinMtu nothing is answered
  bool loopback = false;     // nobody but this machine is there: hosts have no address
};

// The least MTU at which a frame holds a sector.
inline constexpr std::uint32_t kMinMtu = kAtaHeaderBytes + kSectorBytes;

// The most sectors that fit one frame on an interface with this MTU: (mtu - 36) / 512 as the Linux
// driver counts it, at most 255, the width of the count field.
std::uint32_t sectors_per_frame(std::uint32_t mtu);

enum class Verdict : std::uint8_t {
  drop,   // answer nothing; Judgement::reason says why
  reply,  // the reply is complete: send the first Judgement::reply_bytes of the buffer
  disk,   // do Judgement::work, then call finish()
};

enum class DropReason : std::uint8_t {
  none,
  malformed,       // shorter than its command needs, or not AoE
  small_mtu,       // the interface's MTU is under kMinMtu
  not_a_request,   // the response flag is set
  bad_source,      // group, zero or our own address
  not_ours,        // another shelf.slot, or sent to another host's MAC
  masked,          // not in the mask list
  refused,         // not in an access list; also with Verdict::reply, when the reply is the refusal
  broadcast_risk,  // sent to all targets, though it changes things or makes disks work
  no_match,        // config query test or prefix that does not match
};

enum class DiskCommand : std::uint8_t { read, write, flush, trim, verify };

struct DiskWork {
  DiskCommand command = DiskCommand::read;
  bool durable = false;  // write with FUA: on stable storage before finish(), whatever the export's policy
  std::uint64_t sector = 0;   // first; sector + sectors <= Target::sectors
  std::uint32_t sectors = 0;  // 0 for flush and trim, else 1..sectors_per_frame(), for verify 1..255
  // write: sectors * 512 bytes inside the request frame. trim: the range list inside the request frame.
  base::Bytes payload{};
};

// One entry of a trim's payload: the one place that decodes it. All of them were judged to lie inside the
// export.
struct TrimRange {
  std::uint64_t sector = 0;
  std::uint32_t sectors = 0;  // 0: an unused entry
};
inline constexpr std::size_t kTrimRangeBytes = 8;
// The longest list, 64 KiB: no Ethernet frame holds more.
inline constexpr std::size_t kMaxTrimRanges = 128 * kSectorBytes / kTrimRangeBytes;
// `index` < payload.size() / kTrimRangeBytes.
TrimRange trim_range(base::Bytes payload, std::size_t index);

struct Judgement {
  Verdict verdict = Verdict::drop;
  DropReason reason = DropReason::none;
  bool state_changed = false;     // config string, mask list or reservation differ from before
  std::uint32_t reply_bytes = 0;  // for reply: what to send. For disk: filled by finish()
  DiskWork work{};
};

// Room that any complete reply of judge() may need: a full list in a frame of the standard MTU.
inline constexpr std::size_t kMaxReplyBytes = 1536;

// Judges one request for `target`. `request` is the whole frame from the destination MAC on, without FCS,
// whatever came in: any length, any content. `reply` has at least kMaxReplyBytes and overlaps nothing.
// For Verdict::disk the first kAtaHeaderBytes of `reply` are filled already, so that the request's memory
// is needed no longer than work.payload is. A READ's data follows the header at that offset.
Judgement judge(base::Bytes request, Target& target, const Station& station, base::MutableBytes reply);

// Whether the request may change the target's state. The reply to one that did is true only when the state is
// kept.
bool may_change_state(base::Bytes request);
// Turns a complete reply of judge() into an AoE error: what it acknowledges could not be kept. Returns the
// bytes to send.
std::uint32_t refuse_unkept(base::MutableBytes reply);

// Completes the reply to disk work: 0 for success, else an errno, which becomes an ATA status error (never
// an AoE error: the Linux initiator would retry that for minutes). Returns the bytes to send, header and
// data together; for a successful READ the caller has put, or will gather, the data behind the header.
// Give a short read at the end of a truncated file as ENXIO. `reply` has at least kMinFrameBytes.
std::uint32_t finish(const DiskWork& work, int error, base::MutableBytes reply);

// The unsolicited config response that tells initiators this target is here (or has changed).
// 0: nothing to send, the MTU is under kMinMtu.
std::uint32_t advertise(const Target& target, const Station& station, base::MutableBytes reply,
                        base::MacAddress destination = base::MacAddress::broadcast());

// The address a frame is for, read before judge() to find the export. False: too short or no AoE request.
bool read_address(base::Bytes frame, Address& address);

}  // namespace aoe
