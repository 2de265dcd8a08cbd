// /etc/conf.d/vblade.yaml as plain structs. Reading it opens no device and asks no interface.
#pragma once

#include "aoe/address.h"
#include "aoe/target.h"
#include "config/limit.h"
#include "config/problem.h"
#include "config/source_position.h"

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace config {

// When a write is acknowledged. See vblade.yaml(5).
enum class Sync : std::uint8_t {
  write,  // when it is on stable storage
  flush,  // from memory; ATA FLUSH CACHE syncs
  none,   // from memory; never synced
};

struct Export {
  aoe::Address address;
  std::filesystem::path path;           // lexically normal; a uuid is /dev/disk/by-uuid/...
  std::vector<std::string> interfaces;  // names or globs, at least one
  bool read_only = false;
  bool direct = false;  // O_DIRECT: no page cache
  bool force = false;   // although it is mounted, locked or exported by others
  Sync sync = Sync::write;
  std::uint64_t offset = 0;             // bytes into path
  std::optional<std::uint64_t> length;  // bytes; nothing: to the end
  std::uint16_t buffers = 16;           // frames in flight that initiators may have, 2..
  aoe::Access access;                   // who may read, write, configure
  Limit limit;                          // of all clients together
  Limit client_limit;                   // of each client
  std::string serial;                   // for IDENTIFY; empty: made from the address
  std::string model;                    // for IDENTIFY; empty: the server's own
  // Where it stands, so that what is found later (a missing path, say) can be reported at its place.
  SourcePosition slot_place;
  SourcePosition path_place;
  SourcePosition interfaces_place;
};

struct Server {
  std::filesystem::path file;
  std::vector<Export> exports;  // defaults applied; addresses unique; parts of one path do not overlap
  bool partial = false;         // serve what can be served, although something else cannot
};

// `ethers`: where names that stand for MAC addresses are looked up.
std::expected<Server, std::vector<Problem>> load_server(const std::filesystem::path& file,
                                                        const std::filesystem::path& ethers = "/etc/ethers");

}  // namespace config
