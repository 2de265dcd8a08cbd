#include "config/export_text.h"

#include "config/yaml_text.h"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/ranges.h>

namespace config {

namespace {

std::string list_of_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> written;
  for (const std::string& text : texts) written.push_back(yaml_text(text));
  return fmt::format("[{}]", fmt::join(written, ", "));
}

// In quotes: of digits and colons alone, YAML makes a number.
std::string list_of_macs(const std::vector<base::MacAddress>& macs) {
  std::vector<std::string> written;
  for (const base::MacAddress& mac : macs) written.push_back('"' + mac.text() + '"');
  return fmt::format("[{}]", fmt::join(written, ", "));
}

const char* sync_name(Sync sync) {
  switch (sync) {
    case Sync::write:
      return "write";
    case Sync::flush:
      return "flush";
    case Sync::none:
      break;
  }
  return "none";
}

// Keys one below the other, all but the first behind `indent`.
class Keys {
 public:
  explicit Keys(std::string_view indent) : indent_(indent) {}

  void add(std::string_view key, std::string_view value) {
    text_ += fmt::format("{}{}:{}{}\n", text_.empty() ? "" : indent_, key, value.empty() ? "" : " ", value);
  }
  void add_if(bool given, std::string_view key) {
    if (given) add(key, "true");
  }
  const std::string& text() const { return text_; }

 private:
  std::string_view indent_;
  std::string text_;
};

void add_access(Keys& keys, const aoe::Access& access) {
  const std::pair<const char*, const aoe::Hosts*> lists[] = {
      {"  read", &access.read}, {"  write", &access.write}, {"  configure", &access.configure}};
  if (access.read == access.write && access.read == access.configure) {
    if (!access.read.are_everybody()) keys.add("allow", list_of_macs(access.read.members()));
  } else {
    keys.add("allow", "");
    for (const auto& [key, hosts] : lists) {
      if (!hosts->are_everybody()) keys.add(key, list_of_macs(hosts->members()));
    }
  }
  if (!access.remote_configuration) keys.add("remote-configuration", "false");
}

}  // namespace

std::string export_text(const Export& one) {
  const Export usual;
  Keys keys("    ");
  keys.add("shelf", fmt::to_string(one.address.shelf));
  keys.add("slot", fmt::to_string(one.address.slot));
  keys.add("interfaces", list_of_texts(one.interfaces));
  keys.add("path", yaml_text(one.path.string()));
  keys.add_if(one.read_only, "read-only");
  keys.add_if(one.direct, "direct");
  keys.add_if(one.force, "force");
  if (one.sync != usual.sync) keys.add("sync", sync_name(one.sync));
  if (one.offset != 0) keys.add("offset", fmt::to_string(one.offset));
  if (one.length) keys.add("length", fmt::to_string(*one.length));
  if (one.buffers != usual.buffers) keys.add("buffers", fmt::to_string(one.buffers));
  add_access(keys, one.access);
  if (!one.serial.empty()) keys.add("serial", yaml_text(one.serial));
  if (!one.model.empty()) keys.add("model", yaml_text(one.model));
  return "  - " + keys.text();
}

}  // namespace config
