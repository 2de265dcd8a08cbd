#include "config/client_config.h"

#include "config/key_table.h"
#include "config/value_check.h"

#include <map>

#include <fmt/format.h>

namespace config {

namespace {

using std::chrono::milliseconds;
constexpr milliseconds kDefaultWait{30'000};
constexpr milliseconds kLongestWait{3600'000};
constexpr unsigned kMaxPartition = 15;  // the Linux driver gives a device 16 minors

// A mount while it is read: what the top level says for all of them, overridden by its own keys.
struct Draft {
  Given<std::uint16_t> shelf;
  Given<std::uint8_t> slot;
  Given<unsigned> partition;
  Given<std::string> uuid;
  Given<std::string> label;
  Given<std::string> mountpoint;
  Given<std::string> type;
  Given<std::vector<std::string>> options;
  Given<bool> fsck;
  Given<bool> required;
  Given<milliseconds> wait;
  Place place;
};

std::optional<std::string> check_option(std::string_view text) {
  if (text.find_first_of(" \t") == std::string_view::npos) return std::nullopt;
  return fmt::format("'{}' holds a blank: write one option an item, as in [noatime, ro]", shown(text));
}

const std::vector<Key<Draft>>& inherited_keys() {
  static const std::vector<Key<Draft>> kKeys = {
      {"shelf", number(&Draft::shelf, 0, aoe::Address::kMaxShelf)},
      {"wait", duration(&Draft::wait, milliseconds(0), kLongestWait)},
      {"type", text(&Draft::type, check_name)},
      {"options", texts(&Draft::options, check_option)},
      {"fsck", flag(&Draft::fsck)},
      {"required", flag(&Draft::required)},
  };
  return kKeys;
}

const std::vector<Key<Draft>>& mount_keys() {
  static const std::vector<Key<Draft>> kKeys = [] {
    std::vector<Key<Draft>> keys = {
        {"slot", number(&Draft::slot, 0, aoe::Address::kMaxSlot)},
        {"partition", number(&Draft::partition, 1, kMaxPartition)},
        {"uuid", text(&Draft::uuid, check_name)},
        {"label", text(&Draft::label, check_name)},
        {"mountpoint", text(&Draft::mountpoint, check_absolute_path)},
    };
    keys.insert(keys.end(), inherited_keys().begin(), inherited_keys().end());
    return keys;
  }();
  return kKeys;
}

struct TopLevel {
  Draft defaults;
  Given<std::vector<std::string>> interfaces;
  const Node* mounts = nullptr;  // read last: the defaults may stand below it
};

const std::vector<Key<TopLevel>>& top_level_keys() {
  static const std::vector<Key<TopLevel>> kKeys = [] {
    std::vector<Key<TopLevel>> keys = {{"interfaces", texts(&TopLevel::interfaces, check_interface_name)}};
    for (const auto& row : inherited_keys()) {
      keys.push_back({row.name, [&row](Reader& reader, const Node& node, TopLevel& top) {
                        row.read(reader, node, top.defaults);
                      }});
    }
    keys.push_back({"mounts", [](Reader&, const Node& node, TopLevel& top) { top.mounts = &node; }});
    return keys;
  }();
  return kKeys;
}

// What a mount cannot do without, and what cannot stand side by side.
void check_complete(Reader& reader, const Draft& draft) {
  const int sources = (draft.slot.given ? 1 : 0) + (draft.uuid.given ? 1 : 0) + (draft.label.given ? 1 : 0);
  if (sources == 0) {
    reader.problem(draft.place, "names no device: write shelf and slot, or uuid, or label");
  } else if (sources > 1) {
    reader.problem(draft.place, "names its device twice: write slot, uuid or label, just one of them");
  }
  if (draft.slot.given && !draft.shelf.given) {
    reader.problem(draft.place,
                   "has no shelf: write 'shelf: 1' here, or at the top of the file for every mount");
  }
  if (draft.partition.given && !draft.slot.given) {
    reader.problem(draft.partition.place, "partition",
                   "stands without slot: a uuid or label names the partition itself");
  }
  if (!draft.mountpoint.given) {
    reader.problem(draft.place, "has no mountpoint: write 'mountpoint: /mnt/data'");
  }
}

MountSource source_of(const Draft& draft) {
  if (draft.uuid.value) return FsUuid{*draft.uuid.value};
  if (draft.label.value) return FsLabel{*draft.label.value};
  return AoeDevice{{draft.shelf.or_default(), draft.slot.or_default()}, draft.partition.value};
}

// As the kernel will name it: no "..", no slash at the end.
std::string normal_mountpoint(const Draft& draft) {
  std::string path = std::filesystem::path(draft.mountpoint.or_default()).lexically_normal().string();
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

Mount finish(const Draft& draft) {
  Mount out;
  out.source = source_of(draft);
  out.mountpoint = normal_mountpoint(draft);
  out.type = draft.type.or_default();
  out.options = draft.options.or_default();
  out.fsck = draft.fsck.or_else(out.fsck);
  out.required = draft.required.or_else(out.required);
  out.wait = draft.wait.or_else(kDefaultWait);
  out.line = draft.place.line;
  out.column = draft.place.column;
  return out;
}

void check_conflicts(Reader& reader, const std::vector<Draft>& drafts) {
  std::map<std::string, std::size_t> taken;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (!drafts[i].mountpoint.value) continue;
    const std::string path = normal_mountpoint(drafts[i]);
    const auto [other, is_free] = taken.emplace(path, i);
    if (is_free) continue;
    reader.problem(drafts[i].mountpoint.place, fmt::format("mounts[{}].mountpoint", i),
                   fmt::format("{} is taken already, by mounts[{}] in line {}", shown(path), other->second,
                               drafts[other->second].mountpoint.place.line));
  }
}

}  // namespace

std::expected<Client, std::vector<Problem>> load_client(const std::filesystem::path& file) {
  Document document = Document::read(file);
  if (!document.problems().empty()) return std::unexpected(document.problems());
  if (document.root().kind == Kind::nothing) {
    document.add_problem({}, "is empty: it needs interfaces and mounts, as aoe-mount.yaml(5) shows");
    return std::unexpected(document.problems());
  }
  Reader reader(document);
  TopLevel top;
  std::vector<Draft> drafts;
  read_map(reader, document.root(), top_level_keys(), top);
  if (top.mounts != nullptr) {
    reader.read_at("mounts", [&] {
      reader.each_item(*top.mounts, [&](std::size_t, const Node& node) {
        Draft draft = top.defaults;
        draft.place = node.place;
        read_map(reader, node, mount_keys(), draft);
        if (node.kind == Kind::map) check_complete(reader, draft);
        drafts.push_back(std::move(draft));
      });
    });
  }
  check_conflicts(reader, drafts);
  if (!document.problems().empty()) return std::unexpected(document.sorted_problems());
  Client client{file, top.interfaces.or_default(), {}};
  for (const Draft& draft : drafts) client.mounts.push_back(finish(draft));
  return client;
}

}  // namespace config
