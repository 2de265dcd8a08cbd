// What must hold for every request whatever, checked by the fuzzer, by the random tests and by the replay of
// the corpus. An input is: options, MTU choice, then frames, each behind its length (2 bytes, little-endian).
#pragma once

#include "aoe/response.h"
#include "aoe/target.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

namespace fuzz {

inline constexpr base::MacAddress kServer{{0x02, 0, 0, 0, 0, 0x01}};
inline constexpr base::MacAddress kClient{{0x02, 0, 0, 0, 0, 0x02}};
inline constexpr base::MacAddress kOther{{0x02, 0, 0, 0, 0, 0x03}};
inline constexpr std::array<std::uint32_t, 8> kMtus{1500, 9000, 576, 548, 547, 1042, 2000, 0};

inline aoe::Target target_with(unsigned options) {
  aoe::Target target;
  target.address = {1, 2};
  target.sectors = options & 0x01 ? std::uint64_t{1} << 40 : 1000;
  target.read_only = options & 0x02;
  target.identity.can_trim = options & 0x04;
  target.failing = options & 0x08;
  if (options & 0x10) target.reservation = {kClient, kOther};
  if (options & 0x20) target.access.write = aoe::Hosts::only({kOther});
  if (options & 0x40) target.access.configure = aoe::Hosts::only({kOther});
  if (options & 0x80) target.config_string.assign(1000, std::byte{'c'});
  return target;
}

// One request against one state of one target, and everything that can be said of it. The first rule that
// does not hold, in words; "" when all do.
class Trial {
 public:
  Trial(base::Bytes frame, aoe::Target& target, const aoe::Station& port)
      : frame_(frame), port_(port), before_(target) {
    aoe::Target twin = target;
    ones_.assign(reply_room(), std::byte{0xff});
    zeros_.assign(reply_room(), std::byte{0x00});
    judgement_ = aoe::judge(frame, target, port, ones_);
    twin_ = aoe::judge(frame, twin, port, zeros_);
    after_ = &target;
  }

  std::string broken_rule() {
    if (judgement_.verdict != twin_.verdict || judgement_.reply_bytes != twin_.reply_bytes) {
      return "the verdict depends on the reply buffer";
    }
    if (std::string rule = state_rule(); !rule.empty()) return rule;
    switch (judgement_.verdict) {
      case aoe::Verdict::drop:
        return drop_rule();
      case aoe::Verdict::reply:
        return reply_rule(judgement_.reply_bytes);
      case aoe::Verdict::disk:
        return disk_rule();
    }
    return "no such verdict";
  }

 private:
  std::size_t reply_room() const { return std::max<std::size_t>(aoe::kMaxReplyBytes, 14 + port_.mtu); }

  std::string state_rule() const {
    const bool differs = after_->config_string != before_.config_string || after_->mask != before_.mask ||
                         after_->reservation != before_.reservation;
    if (differs != judgement_.state_changed) return "state_changed is not true";
    if (differs && !aoe::may_change_state(frame_)) return "a request that may not change the state did";
    if (after_->config_string.size() > aoe::kMaxConfigString) return "the config string is too long";
    if (differs && after_->mask.size() > aoe::kMaxMask) return "the mask list is too long";
    if (differs && after_->reservation.size() > aoe::kMaxReservation) return "the reservation is too long";
    return "";
  }

  std::string drop_rule() const {
    if (judgement_.reason == aoe::DropReason::none) return "a drop has no reason";
    if (judgement_.state_changed) return "a dropped frame changed something";
    if (std::ranges::any_of(ones_, [](std::byte b) { return b != std::byte{0xff}; }))
      return "a drop wrote a reply";
    return "";
  }

  // `bytes` of both buffers are a complete reply.
  std::string reply_rule(std::size_t bytes) const {
    if (bytes < aoe::kMinFrameBytes) return "the reply is a runt";
    if (bytes > 14 + port_.mtu) return "the reply is over the MTU";
    if (!std::equal(ones_.begin(), ones_.begin() + static_cast<std::ptrdiff_t>(bytes), zeros_.begin())) {
      return "the reply has a stale byte";
    }
    const auto response = aoe::parse_response(base::Bytes(ones_).first(bytes));
    if (!response) return "our own tools do not understand the reply";
    aoe::Header request;
    aoe::read_header(frame_, request);
    if (response->header.destination != request.source) return "the reply goes to somebody else";
    if (response->header.destination.is_group()) return "the reply goes to a group";
    if (response->header.source != port_.mac) return "the reply comes from somebody else";
    if (response->header.version != aoe::kVersion) return "the reply has another version";
    if (response->header.address != after_->address) return "the reply has another address";
    if (response->header.tag != request.tag || response->header.command != request.command) {
      return "the reply is to another request";
    }
    return "";
  }

  std::string disk_rule() {
    const aoe::DiskWork& work = judgement_.work;
    if (std::string rule = work_rule(work); !rule.empty()) return rule;
    for (const int error : {0, EIO}) {
      std::size_t bytes = aoe::finish(work, error, ones_);
      aoe::finish(twin_.work, error, zeros_);
      if (error == 0 && work.command == aoe::DiskCommand::read) {
        // The caller's data.
        std::fill(ones_.begin() + aoe::kAtaHeaderBytes, ones_.end(), std::byte{0xdd});
        std::fill(zeros_.begin() + aoe::kAtaHeaderBytes, zeros_.end(), std::byte{0xdd});
      }
      if (std::string rule = reply_rule(bytes); !rule.empty()) return rule;
    }
    return "";
  }

  std::string work_rule(const aoe::DiskWork& work) const {
    const std::uint64_t size = after_->sectors;
    const bool changes = work.command == aoe::DiskCommand::write || work.command == aoe::DiskCommand::trim;
    aoe::Header request;
    aoe::read_header(frame_, request);
    if (changes && after_->read_only) return "a read-only export is changed";
    if (changes && request.address.is_broadcast()) return "a broadcast changes the disk";
    if (work.sector > size || work.sectors > size - work.sector) return "the work is outside the export";
    if (!work.payload.empty() &&
        (work.payload.data() < frame_.data() ||
         work.payload.data() + work.payload.size() > frame_.data() + frame_.size())) {
      return "the payload is outside the frame";
    }
    switch (work.command) {
      case aoe::DiskCommand::write:
        if (work.payload.size() != work.sectors * 512u) return "the payload is not the sectors'";
        [[fallthrough]];
      case aoe::DiskCommand::read:
        if (work.sectors == 0 || work.sectors > aoe::sectors_per_frame(port_.mtu)) return "more than a frame";
        return "";
      case aoe::DiskCommand::trim:
        return trim_rule(work.payload, size);
      case aoe::DiskCommand::verify:
        return work.sectors == 0 ? "nothing to verify" : "";
      case aoe::DiskCommand::flush:
        return "";
    }
    return "no such command";
  }

  static std::string trim_rule(base::Bytes payload, std::uint64_t size) {
    for (std::size_t i = 0; i < payload.size() / aoe::kTrimRangeBytes; ++i) {
      const aoe::TrimRange range = aoe::trim_range(payload, i);
      if (range.sectors > 0 && range.sector + range.sectors > size) return "a trim is outside the export";
    }
    return "";
  }

  base::Bytes frame_;
  const aoe::Station& port_;
  aoe::Target before_;
  const aoe::Target* after_ = nullptr;
  std::vector<std::byte> ones_, zeros_;
  aoe::Judgement judgement_, twin_;
};

inline std::string broken_rule(base::Bytes input) {
  if (input.size() < 2) return "";
  aoe::Target target = target_with(std::to_integer<unsigned>(input[0]));
  const aoe::Station port{.mac = kServer,
                          .mtu = kMtus[std::to_integer<std::size_t>(input[1]) % kMtus.size()]};
  input = input.subspan(2);
  while (input.size() >= 2) {
    const std::size_t length =
        std::min<std::size_t>(base::load_le<std::uint16_t>(input.data()), input.size() - 2);
    // An exact copy, so that AddressSanitizer sees a read behind the frame.
    const std::vector<std::byte> frame(input.begin() + 2,
                                       input.begin() + 2 + static_cast<std::ptrdiff_t>(length));
    if (std::string rule = Trial(frame, target, port).broken_rule(); !rule.empty()) return rule;
    input = input.subspan(2 + length);
  }
  return "";
}

}  // namespace fuzz
