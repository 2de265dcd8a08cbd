// What the tools read from the wire: any reply, and IDENTIFY data inside it.
#include "aoe/identify.h"
#include "aoe/response.h"

#include <cstdlib>
#include <vector>

namespace {

void must(bool rule) {
  if (!rule) std::abort();
}

bool printable(const std::string& text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

bool inside(base::Bytes view, base::Bytes frame) {
  return view.empty() ||
         (view.data() >= frame.data() && view.data() + view.size() <= frame.data() + frame.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::Bytes input = std::as_bytes(std::span(data, size));
  if (const auto identity = aoe::read_identify(input)) {
    must(printable(identity->serial) && printable(identity->model) && printable(identity->firmware));
    must(identity->logical_block_bytes >= 512 &&
         identity->physical_block_bytes >= identity->logical_block_bytes);
  }
  const auto response = aoe::parse_response(input);
  if (!response) return 0;
  must(!aoe::error_text(response->header.error).empty());
  if (const auto* config = std::get_if<aoe::ConfigReply>(&response->body)) {
    must(inside(config->text, input) && config->text.size() <= aoe::kMaxConfigString);
  } else if (const auto* ata = std::get_if<aoe::AtaReply>(&response->body)) {
    must(inside(ata->data, input));
    must(!aoe::ata_error_text(ata->status, ata->error).empty());
    if (const auto identity = aoe::read_identify(ata->data)) must(printable(identity->model));
  } else if (const auto* mask = std::get_if<aoe::MaskReply>(&response->body)) {
    must(mask->macs.size() <= 255 && !aoe::error_text(mask->error).empty());
  } else if (const auto* reserve = std::get_if<aoe::ReserveReply>(&response->body)) {
    must(reserve->macs.size() <= 255);
  }
  return 0;
}
