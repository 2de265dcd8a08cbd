#include "config/client_draft.h"

#include "base/number.h"
#include "config/value_check.h"

#include <fmt/format.h>

namespace config {

namespace {

using std::chrono::milliseconds;
using Keys = std::vector<Key<ClientDraft>>;
using Draft = ClientDraft;

constexpr milliseconds kLongestWait{3600'000};
constexpr unsigned kMaxPartition = 15;  // the Linux driver gives a device 16 minors
constexpr unsigned kMaxPriority = 32'767;

std::optional<std::string> check_option(std::string_view text) {
  if (text.find_first_of(" \t") == std::string_view::npos) return std::nullopt;
  return fmt::format("'{}' holds a blank: write one option an item, as in [noatime, ro]", shown(text));
}

std::optional<std::string> check_member(std::string_view text) {
  const auto device = parse_aoe_device(text);
  if (device) return std::nullopt;
  return device.error().message;
}

bool is_path(std::string_view device) {
  return device.starts_with('/');
}

std::optional<std::string> check_device(std::string_view text) {
  if (is_path(text)) return check_absolute_path(text);
  const auto fault = check_member(text);
  return fault ? std::optional(*fault + "; or a path, as in /dev/vg/home") : std::nullopt;
}

Keys join(Keys first, const Keys& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

const Keys& address_keys() {
  static const Keys kKeys = {
      {"shelf", number(&Draft::shelf, 0, aoe::Address::kMaxShelf)},
      {"slot", number(&Draft::slot, 0, aoe::Address::kMaxSlot)},
      {"partition", number(&Draft::partition, 1, kMaxPartition)},
      {"uuid", text(&Draft::uuid, check_name)},
      {"label", text(&Draft::label, check_name)},
      {"device", text(&Draft::device, check_device)},
  };
  return kKeys;
}

const Keys& patience_keys() {
  static const Keys kKeys = {
      {"wait", duration(&Draft::wait, milliseconds(0), kLongestWait)},
      {"required", flag(&Draft::required)},
  };
  return kKeys;
}

const Keys& file_system_keys() {
  static const Keys kKeys = {
      {"type", text(&Draft::type, check_name)},
      {"options", texts(&Draft::options, check_option)},
      {"fsck", flag(&Draft::fsck)},
  };
  return kKeys;
}

MountSource source_of(const Draft& draft) {
  if (draft.uuid.value) return FsUuid{*draft.uuid.value};
  if (draft.label.value) return FsLabel{*draft.label.value};
  if (draft.device.value && !is_path(*draft.device.value)) return *parse_aoe_device(*draft.device.value);
  if (draft.device.value) return DevicePath{normal_path(*draft.device.value)};
  if (draft.bind.value) return BindOf{normal_path(*draft.bind.value)};
  return AoeDevice{{draft.shelf.or_default(), draft.slot.or_default()}, draft.partition.value};
}

void fill(Wanted& wanted, const Draft& draft) {
  wanted.source = source_of(draft);
  wanted.required = draft.required.or_else(true);
  wanted.wait = draft.wait.or_else(kDefaultWait);
  wanted.line = draft.place.line;
  wanted.column = draft.place.column;
}

}  // namespace

const Keys& inherited_keys() {
  static const Keys kKeys =
      join(join({{"shelf", number(&Draft::shelf, 0, aoe::Address::kMaxShelf)}}, patience_keys()),
           file_system_keys());
  return kKeys;
}

const Keys& mount_keys() {
  static const Keys kKeys = join(join(join({{"mountpoint", text(&Draft::mountpoint, check_absolute_path)},
                                            {"bind", text(&Draft::bind, check_absolute_path)}},
                                           address_keys()),
                                      file_system_keys()),
                                 patience_keys());
  return kKeys;
}

const Keys& swap_keys() {
  static const Keys kKeys =
      join(join({{"priority", number(&Draft::priority, 0, kMaxPriority)}}, address_keys()), patience_keys());
  return kKeys;
}

const Keys& encrypted_keys() {
  static const Keys kKeys = join(join({{"name", text(&Draft::name, check_name)},
                                       {"key-file", text(&Draft::key_file, check_absolute_path)}},
                                      address_keys()),
                                 patience_keys());
  return kKeys;
}

const Keys& array_keys() {
  static const Keys kKeys = join({{"path", text(&Draft::path, check_absolute_path)},
                                  {"members", texts(&Draft::members, check_member)},
                                  {"degraded", flag(&Draft::degraded)}},
                                 patience_keys());
  return kKeys;
}

const Keys& volume_group_keys() {
  static const Keys kKeys = join({{"name", text(&Draft::name, check_name)}}, patience_keys());
  return kKeys;
}

void need(Reader& reader, const Draft& draft, bool given, std::string_view remedy) {
  if (!given) reader.problem(draft.place, remedy);
}

void check_source(Reader& reader, const Draft& draft, bool may_bind) {
  const int sources = (draft.slot.given ? 1 : 0) + (draft.uuid.given ? 1 : 0) + (draft.label.given ? 1 : 0) +
                      (draft.device.given ? 1 : 0) + (draft.bind.given ? 1 : 0);
  if (sources == 0) {
    reader.problem(draft.place, fmt::format("names no device: write shelf and slot, or uuid, label, device{}",
                                            may_bind ? ", or bind" : ""));
  } else if (sources > 1) {
    reader.problem(draft.place,
                   fmt::format("names its device twice: write slot, uuid, label, device{}, only one of them",
                               may_bind ? " or bind" : ""));
  }
  if (draft.slot.given && !draft.shelf.given) {
    reader.problem(draft.place,
                   "has no shelf: write 'shelf: 1' here, or at the top of the file for every item");
  }
  if (draft.partition.given && !draft.slot.given) {
    reader.problem(draft.partition.place, "partition",
                   "needs a slot: a uuid or label already names the partition");
  }
}

Mount mount_from(const Draft& draft) {
  Mount out;
  fill(out, draft);
  out.mountpoint = normal_path(draft.mountpoint.or_default());
  if (draft.type.or_default() != "auto") out.type = draft.type.or_default();
  out.options = draft.options.or_default();
  out.fsck = draft.fsck.or_else(true);
  return out;
}

Swap swap_from(const Draft& draft) {
  Swap out;
  fill(out, draft);
  out.priority = draft.priority.value;
  return out;
}

Encrypted encrypted_from(const Draft& draft) {
  Encrypted out;
  fill(out, draft);
  out.name = draft.name.or_default();
  out.key_file = draft.key_file.or_default();
  return out;
}

Array array_from(const Draft& draft) {
  Array out;
  fill(out, draft);
  out.path = normal_path(draft.path.or_default());
  for (const std::string& member : draft.members.or_default())
    out.members.push_back(*parse_aoe_device(member));
  out.degraded = draft.degraded.or_else(false);
  return out;
}

VolumeGroup volume_group_from(const Draft& draft) {
  VolumeGroup out;
  fill(out, draft);
  out.name = draft.name.or_default();
  return out;
}

base::Result<AoeDevice> parse_aoe_device(std::string_view text) {
  const std::size_t p = text.find('p');
  const auto address = aoe::Address::parse(text.substr(0, p));
  if (!address)
    return base::fail("'{}' is not an AoE device: write e1.0, or e1.0p2 for a partition", shown(text));
  if (p == std::string_view::npos) return AoeDevice{*address, std::nullopt};
  const auto partition = base::parse_number(text.substr(p + 1));
  if (!partition || *partition < 1 || *partition > kMaxPartition) {
    return base::fail("'{}' is not an AoE device: its partition is not in 1..{}", shown(text), kMaxPartition);
  }
  return AoeDevice{*address, static_cast<unsigned>(*partition)};
}

std::string source_text(const MountSource& source) {
  if (const auto* uuid = std::get_if<FsUuid>(&source)) return "UUID " + uuid->uuid;
  if (const auto* label = std::get_if<FsLabel>(&source)) return "label " + label->label;
  if (const auto* uuid = std::get_if<PartUuid>(&source)) return "PARTUUID " + uuid->uuid;
  if (const auto* label = std::get_if<PartLabel>(&source)) return "PARTLABEL " + label->label;
  if (const auto* path = std::get_if<DevicePath>(&source)) return path->path;
  if (const auto* bind = std::get_if<BindOf>(&source)) return bind->directory;
  const auto& device = std::get<AoeDevice>(source);
  return device.partition ? fmt::format("{}p{}", device.address.text(), *device.partition)
                          : device.address.text();
}

std::string normal_path(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  if (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

}  // namespace config
