#include "aoe/request_context.h"

#include <cstring>

namespace aoe {

void start_reply(const RequestContext& x, AoeError error) {
  const std::uint8_t error_flag = error == AoeError::none ? 0 : kErrorFlag;
  write_header({.destination = x.header.source,
                .source = x.station.mac,
                .version = kVersion,
                .flags = static_cast<std::uint8_t>(kResponseFlag | error_flag),
                .error = error,
                .address = x.target.address,
                .command = x.header.command,
                .tag = x.header.tag},
               x.reply);
}

Judgement reply_of(const RequestContext& x, std::size_t bytes) {
  if (bytes < kMinFrameBytes) {
    std::memset(x.reply.data() + bytes, 0, kMinFrameBytes - bytes);
    bytes = kMinFrameBytes;
  }
  return {.verdict = Verdict::reply, .reply_bytes = static_cast<std::uint32_t>(bytes)};
}

Judgement refuse(const RequestContext& x, AoeError error, DropReason reason) {
  start_reply(x, error);
  Judgement judgement = reply_of(x, kHeaderBytes);
  judgement.reason = reason;
  return judgement;
}

}  // namespace aoe
