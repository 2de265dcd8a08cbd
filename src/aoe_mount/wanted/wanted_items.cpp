#include "aoe_mount/wanted/wanted_items.h"

#include <utility>

#include <fmt/ranges.h>

namespace aoe_mount {

namespace {

constexpr Words kArray{", assembling", "assembled", "not assembled"};
constexpr Words kGroup{", activating", "active", "not active"};
constexpr Words kEncrypted{", opening", "open", "not open"};
constexpr Words kSwap{", swapping", "in use", "not in use"};
constexpr Words kMount{", mounting", "mounted", "not mounted"};
constexpr Words kCheckedMount{", checking and mounting", "mounted", "not mounted"};
constexpr Words kBind{", binding", "mounted", "not mounted"};

template <class Wanted>
WantedItem item_of(const Wanted& wanted, const Words& words, std::string type, std::string name,
                   std::string title) {
  WantedItem item;
  item.wanted = &wanted;
  item.words = &words;
  item.type = std::move(type);
  item.name = std::move(name);
  item.waits_for = title;
  item.title = std::move(title);
  item.by_signature = std::holds_alternative<config::FsUuid>(wanted.source) ||
                      std::holds_alternative<config::FsLabel>(wanted.source) ||
                      std::holds_alternative<config::PartUuid>(wanted.source) ||
                      std::holds_alternative<config::PartLabel>(wanted.source);
  item.readiness = [&wanted](const View& view) { return readiness(wanted, view); };
  return item;
}

std::string members_of(const config::Array& array) {
  if (array.members.empty()) return "the members of " + array.path;
  std::vector<std::string> members;
  for (const auto& member : array.members) members.push_back(source_text(member));
  return fmt::format("{}", fmt::join(members, ", "));
}

const Words& words_of(const config::Mount& mount) {
  if (std::holds_alternative<config::BindOf>(mount.source)) return kBind;
  return mount.fsck ? kCheckedMount : kMount;
}

}  // namespace

std::vector<WantedItem> wanted_items(const config::Client& client) {
  std::vector<WantedItem> items;
  for (const auto& array : client.arrays) {
    items.push_back(item_of(array, kArray, "md", "array " + array.path, array.path));
    items.back().waits_for = members_of(array);
    items.back().makes = {array.path};
  }
  for (const auto& group : client.volume_groups) {
    items.push_back(item_of(group, kGroup, "lvm", "volume group " + group.name, group.name));
    items.back().waits_for = "the disks of " + group.name;
    items.back().is_group = true;
    items.back().makes = {fmt::format("/dev/{}/", group.name), "/dev/mapper/" + mapped_prefix(group.name)};
  }
  for (const auto& encrypted : client.encrypted) {
    const std::string path = "/dev/mapper/" + encrypted.name;
    items.push_back(item_of(encrypted, kEncrypted, "crypt", path, path));
    items.back().waits_for = source_text(encrypted.source);
    items.back().makes = {path};
    items.back().key_file = encrypted.key_file;
  }
  for (const auto& swap : client.swaps) {
    const std::string source = source_text(swap.source);
    items.push_back(item_of(swap, kSwap, "swap", "swap on " + source, source));
    items.back().is_on_device = true;
  }
  for (const auto& mount : client.mounts) {
    items.push_back(
        item_of(mount, words_of(mount), mount.type, mount.mountpoint.string(), source_text(mount.source)));
    items.back().target = items.back().name;
    items.back().is_on_device = true;
  }
  return items;
}

}  // namespace aoe_mount
