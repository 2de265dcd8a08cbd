#include "aoetools/wire/inquiry.h"

#include <algorithm>

namespace aoetools {

void Inquiry::send(aoe::Address address, base::MacAddress mac, const MakeFrame& make) {
  for (std::size_t port = 0; port < wire_.ports().size(); ++port) {
    wire_.send(port, make({wire_.ports()[port].interface.mac, mac, address, tag_}));
  }
}

std::optional<Answer> Inquiry::next(aoe::Address address, Clock::time_point deadline) {
  while (const auto heard = wire_.hear(deadline)) {
    Answer answer{heard->port, {heard->frame.begin(), heard->frame.end()}, {}};
    auto response = aoe::parse_response(answer.frame);
    if (!response || response->header.tag != tag_ || !address.reaches(response->header.address)) continue;
    answer.response = std::move(*response);
    return answer;
  }
  return std::nullopt;
}

std::optional<Answer> Inquiry::ask(aoe::Address address, base::MacAddress mac, Clock::time_point deadline,
                                   const MakeFrame& make) {
  for (;;) {
    send(address, mac, make);
    if (auto answer = next(address, std::min(deadline, Clock::now() + again_))) return answer;
    if (Clock::now() >= deadline) return std::nullopt;
  }
}

}  // namespace aoetools
