#include "aoetools/dump/narrator.h"

#include "aoe/response.h"
#include "aoetools/dump/frame_words.h"

#include <fmt/format.h>

namespace aoetools {

namespace {

constexpr std::size_t kMostRequests = 65536;  // unanswered ones are forgotten beyond that

std::uint64_t number_of(const base::MacAddress& mac) {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : mac.octets) number = number << 8 | octet;
  return number;
}

std::string target_text(aoe::Address address) {
  if (address == aoe::Address::broadcast()) return "all";
  if (!address.is_broadcast()) return address.text();
  return address.shelf == aoe::Address::kAllShelves ? fmt::format("e*.{}", address.slot)
                                                    : fmt::format("e{}.*", address.shelf);
}

}  // namespace

std::string FrameText::line() const {
  std::string text = fmt::format("{:12.6f} {} > {} {}{}", std::chrono::duration<double>(at).count(), source,
                                 destination, target, target.empty() ? "" : " ");
  text += words;
  if (latency)
    text += fmt::format(" ({:.3f} ms)", std::chrono::duration<double, std::milli>(*latency).count());
  return text;
}

void Narrator::remember(const Key& key, Request request) {
  if (requests_.size() >= kMostRequests) requests_.clear();
  requests_.insert_or_assign(key, std::move(request));
}

FrameText Narrator::tell(Time time, base::Bytes frame) {
  if (!first_) first_ = time;
  FrameText text;
  text.at = time - *first_;
  aoe::Header header;
  if (!aoe::read_header(frame, header)) {
    text.words = fmt::format("not AoE, {} bytes", frame.size());
    text.error = true;
    return text;
  }
  text.source = header.source.text();
  text.destination = header.destination.text();
  text.target = target_text(header.address);
  text.reply = (header.flags & aoe::kResponseFlag) != 0;
  if (!text.reply) {
    text.words = request_words(header, frame);
    if (header.version != aoe::kVersion) text.words += fmt::format(", version {}", header.version);
    remember({number_of(header.source), header.tag}, {time, text.words});
    return text;
  }
  const auto request = requests_.find({number_of(header.destination), header.tag});
  std::string about = command_words(header.command);
  if (request != requests_.end()) {
    about = request->second.words;
    text.latency = time - request->second.time;
    // A broadcast has many answers; another request has one.
    if (header.command != static_cast<std::uint8_t>(aoe::Command::config)) requests_.erase(request);
  } else if (header.command == static_cast<std::uint8_t>(aoe::Command::config) && header.tag == 0) {
    about = "announcement";
  }
  const auto response = aoe::parse_response(frame);
  const ReplyWords said =
      response ? reply_words(*response) : ReplyWords{true, "a reply that is cut short or contradicts itself"};
  text.error = said.error;
  text.words = about + ": " + said.words;
  return text;
}

}  // namespace aoetools
