#include "tests/conformance/subject.h"

#include <poll.h>

namespace conformance {

using namespace std::chrono_literals;

namespace {

constexpr auto kPatience = 500ms;  // for a reply, before asking again
constexpr auto kLinger = 30ms;     // for a reply that should not come, after the next request's came

std::uint32_t tag_of(base::Bytes frame) {
  return base::load_be<std::uint32_t>(frame.data() + 20);
}

bool is_response(base::Bytes frame) {
  aoe::Header header;
  return aoe::read_header(frame, header) && (header.flags & aoe::kResponseFlag) != 0;
}

}  // namespace

base::Bytes bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::uint32_t Subject::send(Frame& request) {
  if (request.size() > aoe::frame_limit(mtu())) throw NotOffered{"the MTU is too small"};
  const std::uint32_t tag = next_tag_++;
  if (request.size() >= aoe::kHeaderBytes) base::store_be<std::uint32_t>(request.data() + 20, tag);
  const net::OutFrame frame{.head = request, .tail = {}};
  const auto sent = link_->send({&frame, 1});
  must(sent.has_value(), "{}", sent ? "" : sent.error().message);
  return tag;
}

std::optional<Frame> Subject::await(std::uint32_t tag, Clock::time_point until, std::uint32_t unwanted,
                                    bool& unwanted_came) {
  for (;;) {
    std::optional<Frame> found;
    for (const net::Frame& frame : link_->receive()) {
      if (frame.size() < aoe::kHeaderBytes || !is_response(frame)) continue;
      if (unwanted != 0 && tag_of(frame) == unwanted) unwanted_came = true;
      if (tag_of(frame) == tag && !found) found.emplace(frame.begin(), frame.end());
    }
    link_->release();
    if (found) return found;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    if (left <= 0ms) return std::nullopt;
    pollfd waiter{.fd = link_->fd(), .events = POLLIN, .revents = 0};
    ::poll(&waiter, 1, static_cast<int>(left.count()));
  }
}

std::optional<Frame> Subject::ask(Frame request, int tries) {
  bool unused = false;
  for (int i = 0; i < tries; ++i) {
    const std::uint32_t tag = send(request);
    if (auto reply = await(tag, Clock::now() + kPatience, 0, unused)) return reply;
  }
  return std::nullopt;
}

Frame Subject::answer_to(const Frame& request) {
  auto reply = ask(request);
  must(reply.has_value(), "no answer");
  return std::move(*reply);
}

bool Subject::ignores(Frame request) {
  const std::uint32_t tag = send(request);
  bool came = false;
  for (int i = 0; i < 3 && !came; ++i) {
    Frame query = aoe::config_request(envelope(), aoe::ConfigCommand::read);
    const std::uint32_t next = send(query);
    if (await(next, Clock::now() + kPatience, tag, came)) {
      await(0, Clock::now() + kLinger, tag, came);
      return !came;
    }
  }
  // Nothing is answered now, so the silence proves nothing.
  must(came, "silent, and dead after it");
  return false;
}

bool Subject::alive() {
  return ask(aoe::config_request(envelope(), aoe::ConfigCommand::read), 6).has_value();
}

void Subject::meet() {
  Frame memory;
  mac_ = base::MacAddress::broadcast();
  const auto config =
      expect<aoe::ConfigReply>(aoe::config_request(envelope(), aoe::ConfigCommand::read), memory);
  sectors_per_frame_ = config.sectors();
  mac_ = base::MacAddress::load(memory.data() + 6);
  const auto identify = expect<aoe::AtaReply>(aoe::identify_request(envelope()), memory);
  const auto identity = aoe::read_identify(identify.data);
  must(identity.has_value(), "IDENTIFY of {} bytes", identify.data.size());
  must(identity->sectors >= 16, "a disk of {} sectors; the suite needs 16", identity->sectors);
  identity_ = *identity;
}

void Subject::expect_error(const Frame& request, aoe::AoeError error) {
  const Frame reply = answer_to(request);
  const auto response = aoe::parse_response(reply);
  must(response.has_value(), "a response that does not add up");
  must(response->failed(), "success where AoE error {} ({}) was due", static_cast<int>(error),
       aoe::error_text(error));
  must(response->header.error == error, "AoE error {} ({})", static_cast<int>(response->header.error),
       aoe::error_text(response->header.error));
}

Subject::Ata Subject::ata(const aoe::AtaRegisters& registers, base::Bytes payload) {
  Ata result;
  result.reply = expect<aoe::AtaReply>(aoe::ata_request(envelope(), registers, payload), result.frame);
  return result;
}

void Subject::ata_ok(const aoe::AtaRegisters& registers, base::Bytes payload) {
  const Ata result = ata(registers, payload);
  must(result.reply.ok(), "command {:#04x}: {}", registers.command,
       aoe::ata_error_text(result.reply.status, result.reply.error));
}

void Subject::ata_fails(const aoe::AtaRegisters& registers, std::uint8_t error, base::Bytes payload) {
  const Ata result = ata(registers, payload);
  must(!result.reply.ok(), "command {:#04x} succeeded", registers.command);
  must(error == 0 || (result.reply.error & error) != 0, "command {:#04x}: {}", registers.command,
       aoe::ata_error_text(result.reply.status, result.reply.error));
}

std::string Subject::config_string() {
  Frame memory;
  const auto reply =
      expect<aoe::ConfigReply>(aoe::config_request(envelope(), aoe::ConfigCommand::read), memory);
  return {reinterpret_cast<const char*>(reply.text.data()), reply.text.size()};
}

void Subject::set_config_string(std::string_view text) {
  Frame memory;
  expect<aoe::ConfigReply>(aoe::config_request(envelope(), aoe::ConfigCommand::force_set, bytes_of(text)),
                           memory);
}

std::vector<base::MacAddress> Subject::mask() {
  Frame memory;
  return expect<aoe::MaskReply>(aoe::mask_read_request(envelope()), memory).macs;
}

std::vector<base::MacAddress> Subject::reservation() {
  Frame memory;
  return expect<aoe::ReserveReply>(aoe::reserve_request(envelope(), aoe::ReserveCommand::read), memory).macs;
}

Frame Subject::read(std::uint64_t sector, unsigned count) {
  Frame memory;
  const auto reply =
      expect<aoe::AtaReply>(aoe::read_request(envelope(), sector, static_cast<std::uint8_t>(count)), memory);
  must(reply.ok(), "READ of {} at {}: {}", count, sector, aoe::ata_error_text(reply.status, reply.error));
  must(reply.data.size() >= count * 512, "READ of {} sectors brings {} bytes", count, reply.data.size());
  return {reply.data.begin(), reply.data.begin() + static_cast<std::ptrdiff_t>(count * 512)};
}

void Subject::write(std::uint64_t sector, base::Bytes data) {
  Frame memory;
  const auto reply = expect<aoe::AtaReply>(aoe::write_request(envelope(), sector, data), memory);
  must(reply.ok(), "WRITE at {}: {}", sector, aoe::ata_error_text(reply.status, reply.error));
}

}  // namespace conformance
