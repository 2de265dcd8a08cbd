#include "config/server_config.h"

#include "base/units.h"
#include "config/ethers.h"
#include "config/key_table.h"
#include "config/overlap.h"
#include "config/value_check.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <unistd.h>

namespace config {

namespace {

// An export while it is read: what the top level says for all of them, overridden by its own keys.
struct Draft {
  Given<std::uint16_t> shelf;
  Given<std::uint8_t> slot;
  Given<std::string> path;
  Given<std::string> uuid;
  Given<std::vector<std::string>> interfaces;
  Given<bool> read_only;
  Given<bool> direct;
  Given<bool> force;
  Given<Sync> sync;
  Given<std::uint64_t> offset;
  Given<std::uint64_t> length;
  Given<std::uint16_t> buffers;
  Given<aoe::Hosts> allow_read;
  Given<aoe::Hosts> allow_write;
  Given<aoe::Hosts> allow_configure;
  Given<std::uint64_t> limit_requests;
  Given<std::uint64_t> limit_bytes;
  Given<std::uint64_t> client_requests;
  Given<std::uint64_t> client_bytes;
  Given<bool> remote_configuration;
  Given<std::string> serial;
  Given<std::string> model;
  SourcePosition place;
};

// An empty list is refused: its author may mean everybody as well as nobody.
std::optional<aoe::Hosts> read_hosts(Reader& reader, const Node& node) {
  auto macs = reader.macs(node);
  if (!macs) return std::nullopt;
  if (macs->empty()) {
    reader.problem(
        node.place,
        "is empty, so no host could use the export: name the hosts, or remove the key to allow all");
    return std::nullopt;
  }
  return aoe::Hosts::only(std::move(*macs));
}

// One list for everything, or a list each for reading, writing and configuring. A kind that an export does
// not name keeps the list of the top level.
void read_allow(Reader& reader, const Node& node, Draft& draft) {
  static const std::vector<Key<Draft>> kKeys = {
      {"read", into(&Draft::allow_read, read_hosts)},
      {"write", into(&Draft::allow_write, read_hosts)},
      {"configure", into(&Draft::allow_configure, read_hosts)},
  };
  if (node.kind == Kind::map) {
    if (node.entries.empty())
      reader.problem(node.place, "is empty: write read, write or configure, or remove the key");
    return read_map(reader, node, kKeys, draft);
  }
  into(&Draft::allow_read, read_hosts)(reader, node, draft);
  draft.allow_write = draft.allow_configure = draft.allow_read;
}

void read_client_limit(Reader& reader, const Node& node, Draft& draft) {
  static const std::vector<Key<Draft>> kKeys = {
      {"requests", number(&Draft::client_requests, 1)},
      {"bytes", size(&Draft::client_bytes, base::kSectorBytes)},
  };
  read_map(reader, node, kKeys, draft);
}

// A second's worth, of all clients together and of each. What an export does not name keeps the limit of the
// top level.
void read_limit(Reader& reader, const Node& node, Draft& draft) {
  static const std::vector<Key<Draft>> kKeys = {
      {"requests", number(&Draft::limit_requests, 1)},
      {"bytes", size(&Draft::limit_bytes, base::kSectorBytes)},
      {"client", read_client_limit},
  };
  read_map(reader, node, kKeys, draft);
}

// What may stand at the top level for every export, and in an export for itself.
const std::vector<Key<Draft>>& inherited_keys() {
  static const std::vector<Key<Draft>> kKeys = {
      {"shelf", number(&Draft::shelf, 0, aoe::Address::kMaxShelf)},
      {"interfaces", texts(&Draft::interfaces, check_interface_pattern)},
      {"read-only", flag(&Draft::read_only)},
      {"direct", flag(&Draft::direct)},
      {"sync", choice(&Draft::sync, {{"write", Sync::write}, {"flush", Sync::flush}, {"none", Sync::none}})},
      {"buffers", number(&Draft::buffers, 2)},  // with 1, the Linux driver hangs
      {"allow", read_allow},
      {"limit", read_limit},
      {"remote-configuration", flag(&Draft::remote_configuration)},
      {"model", text(&Draft::model, check_model)},
  };
  return kKeys;
}

const std::vector<Key<Draft>>& export_keys() {
  static const std::vector<Key<Draft>> kKeys = [] {
    std::vector<Key<Draft>> keys = {
        {"slot", number(&Draft::slot, 0, aoe::Address::kMaxSlot)},
        {"path", text(&Draft::path, check_absolute_path)},
        {"uuid", text(&Draft::uuid, check_name)},
        {"offset", size(&Draft::offset, 0)},
        {"length", size(&Draft::length, base::kSectorBytes)},
        {"force", flag(&Draft::force)},  // for one disk that somebody has looked at, never for all
        {"serial", text(&Draft::serial, check_serial)},
    };
    keys.insert(keys.end(), inherited_keys().begin(), inherited_keys().end());
    return keys;
  }();
  return kKeys;
}

struct TopLevel {
  Draft defaults;
  Given<bool> partial;
  const Node* exports = nullptr;  // read last: the defaults may stand below it
};

const std::vector<Key<TopLevel>>& top_level_keys() {
  static const std::vector<Key<TopLevel>> kKeys = [] {
    std::vector<Key<TopLevel>> keys;
    for (const auto& row : inherited_keys()) {
      keys.push_back({row.name, [&row](Reader& reader, const Node& node, TopLevel& top) {
                        row.read(reader, node, top.defaults);
                      }});
    }
    keys.push_back({"partial", flag(&TopLevel::partial)});
    keys.push_back({"exports", [](Reader&, const Node& node, TopLevel& top) { top.exports = &node; }});
    return keys;
  }();
  return kKeys;
}

// What an export cannot do without. A missing default is told once, not a thousand times.
class Completeness {
 public:
  explicit Completeness(Reader& reader) : reader_(reader) {}

  void check(const Draft& draft) {
    if (!draft.slot.given) {
      reader_.problem(draft.place,
                      fmt::format("has no slot: write 'slot: N', N in 0..{}", aoe::Address::kMaxSlot));
    }
    if (!draft.path.given && !draft.uuid.given) {
      reader_.problem(draft.place, "has no path: write 'path: /dev/...' or the path of a file");
    }
    if (draft.path.given && draft.uuid.given) {
      reader_.problem(draft.uuid.place, "uuid", "conflicts with path: write only one of them");
    }
    if (!draft.shelf.given && !told_shelf_) {
      told_shelf_ = true;
      reader_.problem(draft.place, "has no shelf: write 'shelf: 1' at the top of the file, for every export");
    }
    if (!draft.interfaces.given && !told_interfaces_) {
      told_interfaces_ = true;
      reader_.problem(
          draft.place,
          "has no interfaces: write 'interfaces: [eth1]' at the top of the file, for every export");
    }
    if (draft.interfaces.value && draft.interfaces.value->empty()) {
      reader_.problem(draft.interfaces.place, "interfaces",
                      "is empty: name at least one interface, as in [eth1]");
    }
  }

 private:
  Reader& reader_;
  bool told_shelf_ = false;
  bool told_interfaces_ = false;
};

Export finish(const Draft& draft) {
  Export out;
  out.address = {draft.shelf.or_default(), draft.slot.or_default()};
  out.path = draft.uuid.value ? "/dev/disk/by-uuid/" + *draft.uuid.value : draft.path.or_default();
  out.path = out.path.lexically_normal();
  out.interfaces = draft.interfaces.or_default();
  out.read_only = draft.read_only.or_else(out.read_only);
  out.direct = draft.direct.or_else(out.direct);
  out.force = draft.force.or_else(out.force);
  out.sync = draft.sync.or_else(out.sync);
  out.offset = draft.offset.or_default();
  out.length = draft.length.value;
  out.buffers = draft.buffers.or_else(out.buffers);
  out.access.read = draft.allow_read.or_else(out.access.read);
  out.access.write = draft.allow_write.or_else(out.access.write);
  out.access.configure = draft.allow_configure.or_else(out.access.configure);
  out.limit = {draft.limit_requests.or_default(), draft.limit_bytes.or_default()};
  out.client_limit = {draft.client_requests.or_default(), draft.client_bytes.or_default()};
  out.access.remote_configuration = draft.remote_configuration.or_else(true);
  out.serial = draft.serial.or_default();
  out.model = draft.model.or_default();
  out.slot_place = draft.slot.place;
  out.path_place = draft.uuid.value ? draft.uuid.place : draft.path.place;
  out.interfaces_place = draft.interfaces.place;
  return out;
}

// Parts of one disk that meet inside a page: both or none go past the page cache.
void check_pages(Reader& reader, const std::vector<Draft>& drafts, const std::vector<Extent>& extents) {
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  for (const SharedPage& page : find_shared_pages(extents, page_bytes)) {
    const Draft& behind = drafts[page.behind];
    const bool has_offset = behind.offset.given;
    reader.problem(
        has_offset ? behind.offset.place : behind.path.place,
        fmt::format("exports[{}].{}", page.behind, has_offset ? "offset" : "path"),
        fmt::format("starts in the page in which exports[{}] in line {} ends, and only one of the two is "
                    "'direct': one would undo writes of the other; give both the same 'direct', or a "
                    "border that is a multiple of {} bytes",
                    page.before, drafts[page.before].path.place.line, page_bytes));
  }
}

// Two exports that answer to one address, or serve the same bytes: both places are named.
void check_conflicts(Reader& reader, const std::vector<Draft>& drafts) {
  std::map<aoe::Address, std::size_t> taken;
  std::vector<Extent> extents;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const Draft& draft = drafts[i];
    if (draft.shelf.value && draft.slot.value) {
      const aoe::Address address{*draft.shelf.value, *draft.slot.value};
      const auto [other, is_free] = taken.emplace(address, i);
      if (!is_free) {
        reader.problem(draft.slot.place, fmt::format("exports[{}].slot", i),
                       fmt::format("{} is already used by exports[{}] in line {}", address.text(),
                                   other->second, drafts[other->second].slot.place.line));
      }
    }
    if (draft.path.value && draft.offset.given == draft.offset.value.has_value() &&
        draft.length.given == draft.length.value.has_value()) {
      extents.push_back({i, std::filesystem::path(*draft.path.value).lexically_normal().string(),
                         draft.offset.or_default(), draft.length.value, !draft.read_only.or_default(),
                         draft.direct.or_default()});
    }
  }
  check_pages(reader, drafts, extents);
  for (const Overlap& overlap : find_overlaps(std::move(extents))) {
    reader.problem(drafts[overlap.later].path.place, fmt::format("exports[{}].path", overlap.later),
                   fmt::format("{} is already served by exports[{}] in line {}", overlap.bytes,
                               overlap.earlier, drafts[overlap.earlier].path.place.line));
  }
}

}  // namespace

std::expected<Server, std::vector<Problem>> load_server(const std::filesystem::path& file,
                                                        const std::filesystem::path& ethers) {
  Document document = Document::read(file);
  if (!document.problems().empty()) return std::unexpected(document.problems());
  if (document.root().kind == Kind::nothing) {
    document.add_problem({}, "is empty: it needs shelf, interfaces and exports, as vblade.yaml(5) shows");
    return std::unexpected(document.problems());
  }
  Reader reader(document, read_ethers(ethers));
  TopLevel top;
  std::vector<Draft> drafts;
  read_map(reader, document.root(), top_level_keys(), top);
  if (document.root().kind == Kind::map && top.exports == nullptr) {
    document.add_problem({}, "exports: is missing: without it there is nothing to serve");
  }
  if (top.exports != nullptr) {
    Completeness completeness(reader);
    reader.read_at("exports", [&] {
      if (top.exports->kind == Kind::list && top.exports->items.empty()) {
        reader.problem(top.exports->place, "is empty: there is nothing to serve");
      }
      reader.each_item(*top.exports, [&](std::size_t, const Node& node) {
        Draft draft = top.defaults;
        draft.place = node.place;
        read_map(reader, node, export_keys(), draft);
        if (node.kind == Kind::map) completeness.check(draft);
        drafts.push_back(std::move(draft));
      });
    });
  }
  check_conflicts(reader, drafts);
  if (!document.problems().empty()) return std::unexpected(document.sorted_problems());
  Server server{.file = file, .exports = {}, .partial = top.partial.or_default()};
  for (const Draft& draft : drafts) server.exports.push_back(finish(draft));
  return server;
}

}  // namespace config
