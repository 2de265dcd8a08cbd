// AoE frames in words: what a request asks for, what a reply says. Pure; takes any bytes, and nothing in its
// words is other than printable ASCII.
#pragma once

#include "aoe/header.h"
#include "aoe/response.h"
#include "base/bytes.h"

#include <string>

namespace aoetools {

// "read 2 sectors at 4096", "mask add 00:80:c8:ca:ff:65", "config query, cut short"
std::string request_words(const aoe::Header& header, base::Bytes frame);

struct ReplyWords {
  bool error = false;
  std::string words;  // "done", "refused: target is reserved", "held by 00:80:c8:ca:ff:65"
};
ReplyWords reply_words(const aoe::Response& response);

// The subject of a reply whose request was not seen: "ATA", "config", "command 0xf1".
std::string command_words(std::uint8_t command);

}  // namespace aoetools
