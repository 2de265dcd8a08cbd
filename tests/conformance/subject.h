// The target under test and the wire to it.
#pragma once

#include "aoe/identify.h"
#include "aoe/request.h"
#include "aoe/response.h"
#include "net/packet_link.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace conformance {

using Frame = std::vector<std::byte>;

// A rule does not hold; `what` says what came instead.
struct Broken {
  std::string what;
};
// The target does not offer what the rule is about.
struct NotOffered {
  std::string what;
};

template <class... Args>
void must(bool rule, fmt::format_string<Args...> format, Args&&... args) {
  if (!rule) throw Broken{fmt::format(format, std::forward<Args>(args)...)};
}

class Subject {
 public:
  Subject(std::unique_ptr<net::PacketLink> link, aoe::Address address)
      : link_(std::move(link)), address_(address) {}

  // Asks for the target's MAC, the sectors a frame holds, and IDENTIFY. Throws Broken when it does not
  // answer.
  void meet();

  base::MacAddress mac() const { return mac_; }
  base::MacAddress own_mac() const { return link_->interface().mac; }
  aoe::Address address() const { return address_; }
  std::uint32_t mtu() const { return link_->interface().mtu; }
  unsigned sectors_per_frame() const { return sectors_per_frame_; }
  const aoe::IdentifyData& identity() const { return identity_; }
  // Where rules may write: the last four sectors.
  std::uint64_t scratch() const { return identity_.sectors - 4; }

  aoe::Envelope envelope() const { return {.source = own_mac(), .destination = mac_, .address = address_}; }

  // Sends with a tag of its own and waits for the response to it; a lost frame is sent again, `tries` times
  // in all.
  std::optional<Frame> ask(Frame request, int tries = 3);
  // Throws Broken when nothing comes, naming `what`.
  Frame answer_to(const Frame& request);
  // True when nothing answers while a query behind it is answered.
  bool ignores(Frame request);
  bool alive();

  // A response of this kind, not an AoE error.
  template <class Body>
  Body expect(const Frame& request, Frame& memory) {
    memory = answer_to(request);
    const auto response = aoe::parse_response(memory);
    must(response.has_value(), "a response of {} bytes that does not add up", memory.size());
    must(!response->failed(), "AoE error {} ({})", static_cast<int>(response->header.error),
         aoe::error_text(response->header.error));
    const Body* body = std::get_if<Body>(&response->body);
    must(body != nullptr, "a response to another command");
    return *body;
  }
  void expect_error(const Frame& request, aoe::AoeError error);

  struct Ata {
    Frame frame;
    aoe::AtaReply reply;
  };
  Ata ata(const aoe::AtaRegisters& registers, base::Bytes payload = {});
  void ata_ok(const aoe::AtaRegisters& registers, base::Bytes payload = {});
  // The error register that an ATA error must show; 0: any.
  void ata_fails(const aoe::AtaRegisters& registers, std::uint8_t error, base::Bytes payload = {});

  std::string config_string();
  void set_config_string(std::string_view text);
  std::vector<base::MacAddress> mask();
  std::vector<base::MacAddress> reservation();
  Frame read(std::uint64_t sector, unsigned count);
  void write(std::uint64_t sector, base::Bytes data);

 private:
  using Clock = std::chrono::steady_clock;
  std::uint32_t send(Frame& request);
  std::optional<Frame> await(std::uint32_t tag, Clock::time_point until, std::uint32_t unwanted,
                             bool& unwanted_came);

  std::unique_ptr<net::PacketLink> link_;
  aoe::Address address_;
  base::MacAddress mac_ = base::MacAddress::broadcast();
  unsigned sectors_per_frame_ = 0;
  aoe::IdentifyData identity_;
  std::uint32_t next_tag_ = aoe::kUserTag | 0x00c0'0000;
};

base::Bytes bytes_of(std::string_view text);

}  // namespace conformance
