#include "vblade/inventory/state_store.h"

#include "base/fd.h"
#include "base/file_replacement.h"
#include "base/json.h"

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
constexpr mode_t kMode = 0600;

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
bool read_state(const base::Json& json, aoe::Target& target) {
  if (!json["config_string"].is_text()) return false;
  auto bytes = from_hex(json["config_string"].as_text());
  auto masked = macs_of(json["mask"], aoe::kMaxMask);
  auto reserved = macs_of(json["reservation"], aoe::kMaxReservation);
  if (!bytes || !masked || !reserved) return false;
  target.config_string = std::move(*bytes);
  target.mask = std::move(*masked);
  target.reservation = std::move(*reserved);
  return true;
}

// What is wrong with a file, and how it can be had again.
struct Fault {
  std::string what, remedy = "restore the file";
};

// Of a file of this text; nothing when `target` has its state now.
std::optional<Fault> read_text(const std::string& text, aoe::Target& target) {
  const auto json = base::Json::parse(text);
  if (!json || !(*json)["version"].is_whole_number()) return Fault{.what = "is damaged"};
  const base::Json& version = (*json)["version"];
  if (version.as_number() != kVersion) {
    return Fault{
        .what = fmt::format("has version {}, and this vblade reads version {}", version.text(), kVersion),
        .remedy = "install the vblade that wrote it"};
  }
  if (!read_state(*json, target)) return Fault{.what = "is damaged"};
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
base::Json added_keys(const std::filesystem::path& path) {
  const auto text = read_file(path);
  auto kept = base::Json::parse(text ? text->value_or("") : "");
  if (!kept) return {};
  return std::move(*kept);
}

base::Result<> replace_file(const std::filesystem::path& path, const std::string& text) {
  auto fresh = base::FileReplacement::write(path, text, {.mode = kMode, .suffix = ".new"});
  if (!fresh) return std::unexpected(fresh.error());
  return fresh->put_in_place();
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

base::Result<> StateFiles::load(aoe::Target& target) {
  if (directory_.empty()) return {};
  const std::filesystem::path path = file_of(target.address);
  const auto text = read_file(path);
  std::optional<Fault> fault;
  if (!text) {
    fault = Fault{.what = text.error().message};
  } else if (*text) {
    fault = read_text(**text, target);
    if (fault) fault->what = fmt::format("'{}' {}", path.string(), fault->what);
  }
  if (!fault) return {};
  return base::fail(
      "{0}: {1} is not served, because its mask list and reservation are not known; {2}, or, to serve {1} to "
      "every host, remove it: rm -r '{3}'",
      fault->what, target.address.text(), fault->remedy, path.string());
}

base::Result<> StateFiles::save(const aoe::Target& target) {
  if (directory_.empty()) return {};
  std::error_code reason;
  std::filesystem::create_directories(directory_, reason);  // writing tells when that failed
  const std::filesystem::path path = file_of(target.address);
  base::Json json = added_keys(path);
  json.set("version", kVersion);
  json.set("config_string", to_hex(target.config_string));
  json.set("mask", base::Json::list_of(target.mask, &base::MacAddress::text));
  json.set("reservation", base::Json::list_of(target.reservation, &base::MacAddress::text));
  const auto replaced = replace_file(path, json.text() + "\n");
  if (!replaced) {
    return base::fail("{}: {} will forget what initiators set", replaced.error().message,
                      target.address.text());
  }
  return {};
}

}  // namespace vblade
