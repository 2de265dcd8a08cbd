#include "vblade/inventory/state_store.h"

#include "base/fd.h"
#include "base/json.h"
#include "vblade/inventory/kept_file.h"

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace vblade {

namespace {

constexpr std::uint64_t kVersion = 1;

// A config string may hold any bytes: in hex.
std::string to_hex(base::Bytes bytes) {
  std::string text;
  for (const std::byte one : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(one));
  return text;
}

std::optional<std::vector<std::byte>> from_hex(const std::string& text) {
  if (text.size() % 2 != 0 || text.size() / 2 > aoe::kMaxConfigString ||
      text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return std::nullopt;
  }
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(std::byte(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

std::optional<std::vector<base::MacAddress>> macs_of(const base::Json& list, std::size_t most) {
  if (!list.is_list() || list.items().size() > most) return std::nullopt;
  std::vector<base::MacAddress> macs;
  for (const base::Json& one : list.items()) {
    const auto mac = base::MacAddress::parse(one.as_text());
    if (!mac) return std::nullopt;
    macs.push_back(*mac);
  }
  return macs;
}

// The state in `json`; all of it or nothing.
bool read_state(const base::Json& json, aoe::TargetState& state) {
  if (!json["config_string"].is_text()) return false;
  auto bytes = from_hex(json["config_string"].as_text());
  auto masked = macs_of(json["mask"], aoe::kMaxMask);
  auto reserved = macs_of(json["reservation"], aoe::kMaxReservation);
  if (!bytes || !masked || !reserved) return false;
  state.config_string = std::move(*bytes);
  state.mask = std::move(*masked);
  state.reservation = std::move(*reserved);
  return true;
}

// What is wrong with a file, and how it can be had again.
struct Fault {
  std::string what, remedy = "restore the file";
};

// Of a file of this text; nothing when `state` is what it says.
std::optional<Fault> read_text(const std::string& text, aoe::TargetState& state) {
  const auto json = base::Json::parse(text);
  if (!json || !(*json)["version"].is_whole_number()) return Fault{.what = "is damaged"};
  const base::Json& version = (*json)["version"];
  if (version.as_number() != kVersion) {
    return Fault{
        .what = fmt::format("has version {}, and this vblade reads version {}", version.text(), kVersion),
        .remedy = "install the vblade that wrote it"};
  }
  if (!read_state(*json, state)) return Fault{.what = "is damaged"};
  return std::nullopt;
}

// The file's text; nothing when there is no file.
base::Result<std::optional<std::string>> read_file(const std::filesystem::path& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return std::nullopt;
  std::string text;
  std::array<char, 4096> part;
  ssize_t got = fd ? 0 : -1;
  while (fd && (got = ::read(fd.get(), part.data(), part.size())) > 0)
    text.append(part.data(), static_cast<std::size_t>(got));
  if (got < 0) return base::fail_errno(errno, "'{}' cannot be read", path.string());
  return text;
}

// What a later vblade keeps in the file besides: it must outlive a visit of this one.
base::Result<base::Json> added_keys(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  auto kept = base::Json::parse(text->value_or(""));
  if (!kept) return base::Json{};
  return std::move(*kept);
}

}  // namespace

std::filesystem::path StateFiles::file_of(aoe::Address address) const {
  return directory_ / (address.text() + ".json");
}

std::vector<std::filesystem::path> StateFiles::files() const {
  std::vector<std::filesystem::path> found;
  std::error_code reason;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, reason)) {
    const auto address = aoe::Address::parse(entry.path().stem().string());
    if (address && entry.path() == file_of(*address)) found.push_back(entry.path());
  }
  return found;
}

base::Result<aoe::TargetState> StateFiles::load(aoe::Address address) {
  aoe::TargetState state;
  if (directory_.empty()) return state;
  const std::filesystem::path path = file_of(address);
  const auto text = read_file(path);
  std::optional<Fault> fault;
  if (!text) {
    fault = Fault{.what = text.error().message};
  } else if (*text) {
    fault = read_text(**text, state);
    if (fault) fault->what = fmt::format("'{}' {}", path.string(), fault->what);
  }
  if (!fault) return state;
  return base::fail(
      "{0}: {1} is not served, because its mask list and reservation are not known; {2}, or, to serve {1} to "
      "every host, remove it: rm -r '{3}'",
      fault->what, address.text(), fault->remedy, path.string());
}

base::Result<> StateFiles::replace(const std::filesystem::path& path, const aoe::TargetState& state) {
  auto json = added_keys(path);
  if (!json) return std::unexpected(json.error());
  json->set("version", kVersion);
  json->set("config_string", to_hex(state.config_string));
  json->set("mask", base::Json::list_of(state.mask, &base::MacAddress::text));
  json->set("reservation", base::Json::list_of(state.reservation, &base::MacAddress::text));
  return replace_kept_file(path, json->text() + "\n");
}

base::Result<> StateFiles::save(aoe::Address address, const aoe::TargetState& state) {
  if (directory_.empty()) return {};
  const auto replaced = replace(file_of(address), state);
  if (!replaced) {
    return base::fail("{}: {} keeps its previous config string, mask list and reservation",
                      replaced.error().message, address.text());
  }
  return {};
}

}  // namespace vblade
