#include "config/client_config.h"

#include "config/client_draft.h"
#include "config/value_check.h"

#include <map>

#include <fmt/format.h>

namespace config {

namespace {

using std::chrono::milliseconds;
using Drafts = std::vector<ClientDraft>;

constexpr std::uint32_t kLeastMtu = 576;
constexpr std::uint32_t kMostMtu = 65'535;
constexpr milliseconds kLongestDownWait{600'000};

struct InterfaceDraft {
  Given<std::string> name;
  Given<std::uint32_t> mtu;
};
struct DriverDraft {
  Given<std::uint32_t> deadsecs;
  Given<std::uint32_t> maxout;
};
struct DownDraft {
  Given<OnBusy> busy;
  Given<milliseconds> busy_wait;
  Given<milliseconds> target_wait;
};
struct HooksDraft {
  Given<std::string> before_up;
  Given<std::string> after_up;
  Given<std::string> before_down;
  Given<std::string> after_down;
};

struct TopLevel {
  ClientDraft defaults;
  std::vector<Interface> interfaces;
  DriverDraft driver;
  DownDraft down;
  HooksDraft hooks;
  Given<bool> fstab;
  // Read last: the defaults may stand below them.
  const Node* arrays = nullptr;
  const Node* volume_groups = nullptr;
  const Node* encrypted = nullptr;
  const Node* swap = nullptr;
  const Node* mounts = nullptr;
};

// Names, or maps of a name and how the interface is set up.
void read_interfaces(Reader& reader, const Node& node, TopLevel& top) {
  static const std::vector<Key<InterfaceDraft>> kKeys = {
      {"name", text(&InterfaceDraft::name, check_interface_name)},
      {"mtu", number(&InterfaceDraft::mtu, kLeastMtu, kMostMtu)},
  };
  const auto read_one = [&](const Node& item) {
    if (item.kind != Kind::map) {
      if (auto name = reader.text(item, check_interface_name))
        top.interfaces.push_back({std::move(*name), {}});
      return;
    }
    InterfaceDraft draft;
    read_map(reader, item, kKeys, draft);
    if (!draft.name.given) reader.problem(item.place, "has no name: write 'name: eth1'");
    top.interfaces.push_back({draft.name.or_default(), draft.mtu.value});
  };
  if (node.kind == Kind::text) {
    read_one(node);
  } else {
    reader.each_item(node, [&](std::size_t, const Node& item) { read_one(item); });
  }
}

void read_driver(Reader& reader, const Node& node, TopLevel& top) {
  static const std::vector<Key<DriverDraft>> kKeys = {
      {"deadsecs", number(&DriverDraft::deadsecs, 0, 1'000'000)},
      {"maxout", number(&DriverDraft::maxout, 1, 65'535)},
  };
  read_map(reader, node, kKeys, top.driver);
}

void read_down(Reader& reader, const Node& node, TopLevel& top) {
  static const std::vector<Key<DownDraft>> kKeys = {
      {"busy", choice(&DownDraft::busy, {{"fail", OnBusy::fail}, {"lazy", OnBusy::lazy}})},
      {"busy-wait", duration(&DownDraft::busy_wait, milliseconds(0), kLongestDownWait)},
      {"target-wait", duration(&DownDraft::target_wait, milliseconds(1000), kLongestDownWait)},
  };
  read_map(reader, node, kKeys, top.down);
}

void read_hooks(Reader& reader, const Node& node, TopLevel& top) {
  static const std::vector<Key<HooksDraft>> kKeys = {
      {"before-up", text(&HooksDraft::before_up)},
      {"after-up", text(&HooksDraft::after_up)},
      {"before-down", text(&HooksDraft::before_down)},
      {"after-down", text(&HooksDraft::after_down)},
  };
  read_map(reader, node, kKeys, top.hooks);
}

Key<TopLevel> later(std::string_view name, const Node* TopLevel::* member) {
  return {name, [member](Reader&, const Node& node, TopLevel& top) { top.*member = &node; }};
}

const std::vector<Key<TopLevel>>& top_level_keys() {
  static const std::vector<Key<TopLevel>> kKeys = [] {
    std::vector<Key<TopLevel>> keys = {
        {"interfaces", read_interfaces},
        later("mounts", &TopLevel::mounts),
        later("swap", &TopLevel::swap),
        later("arrays", &TopLevel::arrays),
        later("volume-groups", &TopLevel::volume_groups),
        later("encrypted", &TopLevel::encrypted),
        {"fstab", flag(&TopLevel::fstab)},
        {"driver", read_driver},
        {"down", read_down},
        {"hooks", read_hooks},
    };
    for (const auto& row : inherited_keys()) {
      keys.push_back({row.name, [&row](Reader& reader, const Node& node, TopLevel& top) {
                        row.read(reader, node, top.defaults);
                      }});
    }
    return keys;
  }();
  return kKeys;
}

// The items of one list. Where `short_form` is given, a text stands for an item with just this key.
template <class Check>
Drafts read_items(Reader& reader, std::string_view key, const Node* list, const ClientDraft& defaults,
                  const std::vector<Key<ClientDraft>>& keys, std::string_view short_form, Check check) {
  Drafts drafts;
  if (list == nullptr) return drafts;
  reader.read_at(key, [&] {
    reader.each_item(*list, [&](std::size_t, const Node& node) {
      ClientDraft draft = defaults;
      draft.place = node.place;
      if (node.kind == Kind::text && !short_form.empty()) {
        for (const auto& row : keys) {
          if (row.name == short_form) row.read(reader, node, draft);
        }
      } else {
        read_map(reader, node, keys, draft);
      }
      if (node.kind == Kind::map) check(draft);
      drafts.push_back(std::move(draft));
    });
  });
  return drafts;
}

// Two items that would take one place: both are named.
void check_unique(Reader& reader, const Drafts& drafts, std::string_view list, std::string_view key,
                  Given<std::string> ClientDraft::* member) {
  std::map<std::string, std::size_t> taken;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto& given = drafts[i].*member;
    if (!given.value) continue;
    const std::string name = normal_path(*given.value);
    const auto [other, is_free] = taken.emplace(name, i);
    if (is_free) continue;
    reader.problem(given.place, fmt::format("{}[{}].{}", list, i, key),
                   fmt::format("{} is already used by {}[{}] in line {}", shown(name), list, other->second,
                               (drafts[other->second].*member).place.line));
  }
}

// Puts into `client` what the lists hold; what is wrong with them goes to the reader.
void read_lists(Reader& reader, const TopLevel& top, Client& client) {
  const auto& defaults = top.defaults;
  const Drafts mounts =
      read_items(reader, "mounts", top.mounts, defaults, mount_keys(), "", [&](const ClientDraft& d) {
        check_source(reader, d, true);
        need(reader, d, d.mountpoint.given, "has no mountpoint: write 'mountpoint: /mnt/data'");
      });
  const Drafts swaps = read_items(reader, "swap", top.swap, defaults, swap_keys(), "",
                                  [&](const ClientDraft& d) { check_source(reader, d, false); });
  const Drafts arrays =
      read_items(reader, "arrays", top.arrays, defaults, array_keys(), "path", [&](const ClientDraft& d) {
        need(reader, d, d.path.given, "has no path: write 'path: /dev/md/NAME'");
      });
  const Drafts groups = read_items(reader, "volume-groups", top.volume_groups, defaults, volume_group_keys(),
                                   "name", [&](const ClientDraft& d) {
                                     need(reader, d, d.name.given, "has no name: write 'name: VOLUME-GROUP'");
                                   });
  const Drafts encrypted = read_items(
      reader, "encrypted", top.encrypted, defaults, encrypted_keys(), "", [&](const ClientDraft& d) {
        check_source(reader, d, false);
        need(reader, d, d.name.given, "has no name: write 'name: secret' for /dev/mapper/secret");
        need(reader, d, d.key_file.given, "has no key-file: no one can type a passphrase at boot");
      });
  check_unique(reader, mounts, "mounts", "mountpoint", &ClientDraft::mountpoint);
  check_unique(reader, arrays, "arrays", "path", &ClientDraft::path);
  check_unique(reader, encrypted, "encrypted", "name", &ClientDraft::name);
  if (reader.has_problems()) return;
  for (const auto& draft : mounts) client.mounts.push_back(mount_from(draft));
  for (const auto& draft : swaps) client.swaps.push_back(swap_from(draft));
  for (const auto& draft : arrays) client.arrays.push_back(array_from(draft));
  for (const auto& draft : groups) client.volume_groups.push_back(volume_group_from(draft));
  for (const auto& draft : encrypted) client.encrypted.push_back(encrypted_from(draft));
}

}  // namespace

std::expected<Client, std::vector<Problem>> load_client(const std::filesystem::path& file) {
  Document document = Document::read(file);
  return load_client(document);
}

std::expected<Client, std::vector<Problem>> load_client(Document& document) {
  if (!document.problems().empty()) return std::unexpected(document.problems());
  if (document.root().kind == Kind::nothing) {
    document.add_problem({}, "is empty: it needs interfaces and mounts, as aoe-mount.yaml(5) shows");
    return std::unexpected(document.problems());
  }
  Reader reader(document);
  TopLevel top;
  Client client;
  client.file = document.file();
  read_map(reader, document.root(), top_level_keys(), top);
  read_lists(reader, top, client);
  if (!document.problems().empty()) return std::unexpected(document.sorted_problems());
  client.interfaces = std::move(top.interfaces);
  client.driver = {top.driver.deadsecs.value, top.driver.maxout.value};
  client.fstab = top.fstab.or_else(client.fstab);
  client.wait = top.defaults.wait.or_else(kDefaultWait);
  client.down.on_busy = top.down.busy.or_else(client.down.on_busy);
  client.down.busy_wait = top.down.busy_wait.or_else(client.down.busy_wait);
  client.down.target_wait = top.down.target_wait.or_else(client.down.target_wait);
  client.hooks = {top.hooks.before_up.or_default(), top.hooks.after_up.or_default(),
                  top.hooks.before_down.or_default(), top.hooks.after_down.or_default()};
  return client;
}

}  // namespace config
