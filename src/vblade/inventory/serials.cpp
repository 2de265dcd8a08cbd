#include "vblade/inventory/serials.h"

#include "base/json.h"
#include "base/log.h"
#include "vblade/inventory/kept_file.h"
#include "vblade/serving/serial.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <sys/random.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr std::uint64_t kVersion = 1;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::string draw() {
  std::uint64_t number = 0;
  // Without a source of randomness nothing starts; that it gives less than it is asked for is impossible
  // here.
  (void)!::getrandom(&number, sizeof number, 0);
  return fmt::format("{:016x}", number);
}

std::string old_serial(aoe::Address address) {
  return default_serial(address, host_name());
}

// The address, for people, and as much of a drawn number as there is room for.
std::string drawn_serial(aoe::Address address) {
  const std::string name = fmt::format("{}.{}:{}", address.shelf, address.slot, draw());
  return name.substr(0, aoe::kSerialWidth);
}

}  // namespace

Serials::Serials(const std::filesystem::path& directory) {
  if (!directory.empty()) file_ = file_in(directory);
}

std::filesystem::path Serials::file_in(const std::filesystem::path& directory) {
  return directory / "serials.json";
}

void Serials::learn(const config::Server& wanted) {
  if (file_.empty()) return;
  std::error_code reason;
  const bool first = !std::filesystem::exists(file_, reason) && !reason;
  if (!first && !is_read_ && !read()) {
    base::log::error(
        "'{}' is damaged: exports have the serials that are made of the host name until it is "
        "restored or removed",
        file_.string());
    file_.clear();
    return;
  }
  if (first) machine_ = draw();
  bool changed = first;
  for (const config::Export& one : wanted.exports) {
    if (!one.serial.empty() || serials_.contains(one.address)) continue;
    serials_[one.address] = first ? old_serial(one.address) : drawn_serial(one.address);
    changed = true;
  }
  is_read_ = true;
  if (!changed || write()) return;
  // A number that is not kept would be another one after the next start.
  file_.clear();
  machine_.clear();
  serials_.clear();
}

void Serials::name(aoe::Target& target) const {
  const auto kept = serials_.find(target.address);
  target.identity.serial = kept != serials_.end() ? kept->second : old_serial(target.address);
  target.identity.world_wide_name =
      world_wide_name(machine_.empty() ? target.identity.serial : target.identity.serial + " " + machine_);
}

bool Serials::read() {
  std::ifstream in(file_);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto json = base::Json::parse(text);
  if (!in || !json || (*json)["version"].as_number() != kVersion || !(*json)["machine"].is_text())
    return false;
  machine_ = (*json)["machine"].as_text();
  for (const auto& [name, serial] : (*json)["serials"].fields()) {
    const auto address = aoe::Address::parse(name);
    if (!address || serial.as_text().empty() || serial.as_text().size() > aoe::kSerialWidth) return false;
    serials_[*address] = serial.as_text();
  }
  return true;
}

bool Serials::write() const {
  base::Json json, serials = base::Json::Fields{};
  for (const auto& [address, serial] : serials_) serials.set(address.text(), serial);
  json.set("version", kVersion);
  json.set("machine", machine_);
  json.set("serials", std::move(serials));
  const auto kept = replace_kept_file(file_, json.indented_text() + "\n");
  if (!kept)
    base::log::warning("{}: serials are made of the host name and are not kept", kept.error().message);
  return kept.has_value();
}

}  // namespace vblade
