// ClientDraft: one item of aoe-mount.yaml while it is read, a mount, a swap, an array; and the keys each may
// have.
#pragma once

#include "config/client_config.h"
#include "config/key_table.h"

#include <cstdint>
#include <string>
#include <vector>

namespace config {

// What the top level says for all items, overridden by an item's own keys.
struct ClientDraft {
  Given<std::uint16_t> shelf;
  Given<std::uint8_t> slot;
  Given<unsigned> partition;
  Given<std::string> uuid;
  Given<std::string> label;
  Given<std::string> device;
  Given<std::string> bind;
  Given<std::string> mountpoint;
  Given<std::string> type;
  Given<std::vector<std::string>> options;
  Given<bool> fsck;
  Given<bool> required;
  Given<std::chrono::milliseconds> wait;
  Given<unsigned> priority;
  Given<std::string> name;
  Given<std::string> key_file;
  Given<std::string> path;
  Given<std::vector<std::string>> members;
  Given<bool> degraded;
  SourcePosition place;
};

// What may stand at the top level for every item.
const std::vector<Key<ClientDraft>>& inherited_keys();
const std::vector<Key<ClientDraft>>& mount_keys();
const std::vector<Key<ClientDraft>>& swap_keys();
const std::vector<Key<ClientDraft>>& encrypted_keys();
const std::vector<Key<ClientDraft>>& array_keys();
const std::vector<Key<ClientDraft>>& volume_group_keys();

// How long a device may take to appear, where neither the item nor the file says.
inline constexpr std::chrono::milliseconds kDefaultWait{30'000};

// What an item cannot do without, and what cannot stand side by side in it.
void check_source(Reader& reader, const ClientDraft& draft, bool may_bind);
void need(Reader& reader, const ClientDraft& draft, bool given, std::string_view remedy);

// The values, of a draft without problems.
Mount mount_from(const ClientDraft& draft);
Swap swap_from(const ClientDraft& draft);
Encrypted encrypted_from(const ClientDraft& draft);
Array array_from(const ClientDraft& draft);
VolumeGroup volume_group_from(const ClientDraft& draft);

// As the kernel will name it: no "..", no slash at the end.
std::string normal_path(const std::string& path);

}  // namespace config
