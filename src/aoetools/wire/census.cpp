#include "aoetools/wire/census.h"

#include "base/printable.h"
#include "base/units.h"

#include <algorithm>

#include <fmt/format.h>

namespace aoetools {

namespace {

bool same_disk(const aoe::IdentifyData& one, const aoe::IdentifyData& other) {
  return one.serial == other.serial && one.model == other.model && one.sectors == other.sectors &&
         one.world_wide_name == other.world_wide_name;
}

}  // namespace

unsigned TargetPath::expected() const {
  const std::uint32_t fitting = mtu < 36 ? 0 : (mtu - 36) / 512;  // as the Linux driver counts
  return std::min<unsigned>({sectors, fitting, 255});
}

unsigned TargetPath::largest_read() const {
  return static_cast<unsigned>(std::min<std::uint64_t>(expected(), identity ? identity->sectors : 0));
}

std::optional<std::uint32_t> TargetPath::proven_mtu() const {
  if (carried.value_or(0) == 0) return std::nullopt;
  return static_cast<std::uint32_t>(aoe::kAtaHeaderBytes - aoe::kEthernetHeaderBytes +
                                    *carried * base::kSectorBytes);
}

std::string TargetPath::trouble() const {
  if (!refusal.empty()) return fmt::format("it refuses to be read: {}", refusal);
  if (!carried || *carried >= largest_read()) return "";
  if (*carried == 0)
    return "it identifies itself, but answers no read: its disk may hang; see its server's log";
  return fmt::format(
      "frames with {} sectors get lost, with {} they get through; something between has a smaller MTU than "
      "{}",
      largest_read(), *carried, mtu);
}

const TargetPath& TargetFound::best() const {
  const auto told =
      std::ranges::find_if(paths, [](const TargetPath& path) { return path.identity.has_value(); });
  return told == paths.end() ? paths.front() : *told;
}

std::string TargetFound::conflict() const {
  const TargetPath& one = best();
  const auto describe = [](const TargetPath& path) {
    return fmt::format("{} on {} (serial '{}', {})", path.mac.text(), path.interface, path.identity->serial,
                       base::size_text(path.identity->sectors * base::kSectorBytes));
  };
  for (const TargetPath& other : paths) {
    if (other.answers_twice) return fmt::format("{} on {} answers twice", other.mac.text(), other.interface);
    if (other.identity && !same_disk(*other.identity, *one.identity))
      return fmt::format("{} and {}", describe(one), describe(other));
  }
  return "";
}

Census::Heard Census::hear(std::size_t port, std::string_view interface, std::uint32_t mtu,
                           const aoe::Header& header, const aoe::ConfigReply& reply) {
  Entry& entry = targets_[header.address];
  const PathKey key{port, header.source};
  const auto [at, is_new] = entry.paths.try_emplace(key);
  TargetPath& path = at->second;
  path.port = port;
  path.interface = interface;
  path.mtu = mtu;
  path.mac = header.source;
  path.buffers = reply.buffer_count;
  path.firmware = reply.firmware;
  path.sectors = reply.sectors();
  path.config.assign(reinterpret_cast<const char*>(reply.text.data()), reply.text.size());
  if (header.tag != 0 && !entry.tags[key].insert(header.tag).second) path.answers_twice = true;
  return {&path, is_new};
}

TargetPath* Census::find(aoe::Address address, std::size_t port, base::MacAddress mac) {
  const auto entry = targets_.find(address);
  if (entry == targets_.end()) return nullptr;
  const auto path = entry->second.paths.find({port, mac});
  return path == entry->second.paths.end() ? nullptr : &path->second;
}

std::vector<TargetFound> Census::targets() const {
  std::vector<TargetFound> found;
  for (const auto& [address, entry] : targets_) {
    TargetFound& target = found.emplace_back(address);
    for (const auto& [key, path] : entry.paths) target.paths.push_back(path);
  }
  return found;
}

namespace {

base::Json or_null(const std::string& text) {
  return text.empty() ? base::Json() : base::Json(text);
}

base::Json path_json(const TargetPath& path) {
  return base::Json::Fields{{"interface", path.interface},
                            {"mac", path.mac.text()},
                            {"mtu", path.mtu},
                            {"sectors_per_frame", path.sectors},
                            {"sectors_carried", path.carried},
                            {"mtu_proven", path.proven_mtu()},
                            {"refusal", or_null(path.refusal)},
                            {"buffers", path.buffers},
                            {"firmware", path.firmware},
                            {"config", base::printable(path.config)}};
}

base::Json target_json(const TargetFound& target) {
  base::Json bytes, model, serial;
  if (const auto& identity = target.best().identity) {
    bytes = identity->sectors * base::kSectorBytes;
    model = identity->model;
    serial = identity->serial;
  }
  return base::Json::Fields{{"target", target.address.text()},
                            {"shelf", target.address.shelf},
                            {"slot", target.address.slot},
                            {"bytes", bytes},
                            {"model", model},
                            {"serial", serial},
                            {"conflict", or_null(target.conflict())},
                            {"paths", base::Json::list_of(target.paths, path_json)}};
}

}  // namespace

base::Json to_json(const std::vector<TargetFound>& targets) {
  return base::Json::list_of(targets, target_json);
}

}  // namespace aoetools
