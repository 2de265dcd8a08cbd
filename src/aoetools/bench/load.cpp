#include "aoetools/bench/load.h"

#include "aoe/ata.h"
#include "aoe/header.h"
#include "aoe/request.h"
#include "aoetools/bench/load_pattern.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace aoetools {
namespace {

using aoe::kUserTag;
constexpr unsigned kSlotBits = 12;

}  // namespace

Load::Load(net::Link& link, LoadPlan plan)
    : link_(link),
      plan_(std::move(plan)),
      slots_(std::clamp(plan_.depth, 1U, kMaxDepth)),
      random_(plan_.seed) {
  out_.reserve(slots_.size());
  for (Slot& slot : slots_) {
    if (plan_.write_percent > 0) slot.data.resize(plan_.sectors_per_request * aoe::kSectorBytes);
  }
}

std::uint64_t Load::next_random() {
  // splitmix64: one addition and two multiplications, and every seed is a good one.
  std::uint64_t value = random_ += 0x9e37'79b9'7f4a'7c15;
  value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
  value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
  return value ^ (value >> 31);
}

std::uint64_t Load::next_sector() {
  const std::uint64_t places = std::max<std::uint64_t>(plan_.sectors / plan_.sectors_per_request, 1);
  const std::uint64_t place =
      plan_.pattern == LoadPlan::Pattern::random ? next_random() % places : cursor_++ % places;
  return plan_.first_sector + place * plan_.sectors_per_request;
}

void Load::prepare(Slot& slot, std::size_t number, Time now) {
  slot.busy = true;
  slot.tag = kUserTag | (++generation_ << kSlotBits) % kUserTag | static_cast<std::uint32_t>(number);
  slot.sector = next_sector();
  slot.write = plan_.write_percent > 0 && next_random() % 100 < plan_.write_percent;
  slot.first_sent = slot.last_sent = now;
  const aoe::Address address = plan_.targets[next_target_];
  next_target_ = next_target_ + 1 == plan_.targets.size() ? 0 : next_target_ + 1;

  aoe::Header header;
  header.destination = plan_.server;
  header.source = link_.interface().mac;
  header.address = address;
  header.tag = slot.tag;
  aoe::write_header(header, slot.header);
  auto& bytes = slot.header;
  namespace at = aoe::ata_offset;
  std::fill(bytes.begin() + aoe::kHeaderBytes, bytes.end(), std::byte{0});
  bytes[at::flags] = std::byte(aoe::ata_flag::extended | (slot.write ? aoe::ata_flag::write : 0));
  bytes[at::count] = static_cast<std::byte>(plan_.sectors_per_request);
  bytes[at::command] =
      std::byte(slot.write ? aoe::ata::opcode::write_sectors_ext : aoe::ata::opcode::read_sectors_ext);
  for (unsigned i = 0; i < 6; ++i) bytes[at::lba + i] = static_cast<std::byte>(slot.sector >> (8 * i));
  if (slot.write) write_pattern(slot.sector, slot.data);
  ++in_flight_;
}

net::OutFrame Load::frame_of(const Slot& slot) const {
  return {slot.header, slot.write ? base::Bytes(slot.data) : base::Bytes()};
}

base::Result<> Load::send_waiting() {
  if (out_.empty()) return {};
  const auto sent = link_.send(out_);
  out_.clear();
  if (!sent) return std::unexpected(sent.error());
  return {};
}

base::Result<> Load::start(Time now) {
  reset(now);
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    prepare(slots_[i], i, now);
    out_.push_back(frame_of(slots_[i]));
  }
  return send_waiting();
}

base::Result<bool> Load::step(Time now) {
  const auto frames = link_.receive();
  if (frames.empty()) return false;
  for (const net::Frame frame : frames) take(frame, now);
  link_.release();
  if (auto sent = send_waiting(); !sent) return std::unexpected(sent.error());
  return true;
}

void Load::take(net::Frame frame, Time now) {
  aoe::Header header;
  if (frame.size() < aoe::kAtaHeaderBytes || !aoe::read_header(frame, header)) return;
  const std::size_t number = header.tag & ((1U << kSlotBits) - 1);
  if ((header.flags & aoe::kResponseFlag) == 0 || number >= slots_.size() || !slots_[number].busy ||
      slots_[number].tag != header.tag) {
    ++counts_.strays;
    return;
  }
  Slot& slot = slots_[number];
  slot.busy = false;
  --in_flight_;
  const std::size_t bytes = plan_.sectors_per_request * aoe::kSectorBytes;
  const bool failed =
      (header.flags & aoe::kErrorFlag) != 0 ||
      (frame[aoe::ata_offset::status] & std::byte{aoe::ata::status::trouble}) != std::byte{0} ||
      (!slot.write && frame.size() < aoe::kAtaHeaderBytes + bytes);
  if (failed) {
    ++counts_.errors;
  } else {
    ++(slot.write ? counts_.writes : counts_.reads);
    counts_.bytes += bytes;
    counts_.latency.record(now - slot.first_sent);
    if (plan_.verify && !slot.write)
      counts_.mismatches += count_mismatches(slot.sector, frame.subspan(aoe::kAtaHeaderBytes, bytes));
  }
  if (stopping_) return;
  prepare(slot, number, now);
  out_.push_back(frame_of(slot));
}

base::Result<> Load::tick(Time now) {
  for (Slot& slot : slots_) {
    if (!slot.busy || now - slot.last_sent < plan_.retransmit) continue;
    slot.last_sent = now;
    ++counts_.retransmissions;
    out_.push_back(frame_of(slot));
  }
  return send_waiting();
}

void Load::reset(Time now) {
  counts_ = {};
  since_ = now;
}

LoadResult Load::result(Time now) const {
  LoadResult result = counts_;
  result.elapsed = now - since_;
  return result;
}

}  // namespace aoetools
