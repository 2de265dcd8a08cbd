#include "aoe_mount/commands/configuration_edit.h"

#include "base/fd.h"
#include "base/file_replacement.h"
#include "base/printable.h"
#include "config/client_config.h"
#include "config/client_draft.h"
#include "config/document.h"
#include "config/list_edit.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/ranges.h>
#include <sys/file.h>

namespace aoe_mount {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kList = "mounts";
constexpr std::string_view kNewFile = "# Mounts of the service aoe-mount: see aoe-mount.yaml(5).\n";
constexpr std::string_view kDevices = "/dev/etherd/";

// The file as it is, with what it says.
struct Now {
  base::Fd lock;  // on its directory, until the file is replaced: two edits at a time would lose one
  config::Document document;
  std::vector<config::Mount> mounts;
};

base::Result<base::Fd> lock_directory(const fs::path& file) {
  std::error_code error;
  const fs::path real = fs::is_symlink(file, error) ? fs::canonical(file, error) : file;
  const fs::path folder = base::folder_of(real);
  base::Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return base::fail_errno(errno, "cannot change {}", file.string());
  while (::flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return base::fail_errno(errno, "cannot lock {}", folder.string());
  }
  return fd;
}

std::unexpected<base::Error> problems_of(const fs::path& file, std::string_view introduction,
                                         std::vector<config::Problem> problems) {
  for (config::Problem& problem : problems) problem.file = file.string();
  std::string report = config::report(problems);
  report.pop_back();
  return base::fail("{}\n{}", introduction, report);
}

base::Result<Now> look(const fs::path& file, bool may_be_new) {
  auto lock = lock_directory(file);
  if (!lock) return std::unexpected(lock.error());
  std::error_code error;
  if (may_be_new && fs::symlink_status(file, error).type() == fs::file_type::not_found)
    return Now{std::move(*lock), config::Document::parse(file, kNewFile), {}};
  config::Document document = config::Document::read(file);
  if (!fs::exists(file, error)) return base::fail_errno(ENOENT, "cannot change {}", file.string());
  const bool says_nothing = document.root().kind == config::Kind::nothing && document.problems().empty();
  if (says_nothing && may_be_new) return Now{std::move(*lock), std::move(document), {}};
  auto client = config::load_client(document);
  if (!client)
    return problems_of(file, "nothing was changed, because the file already has problems:", client.error());
  return Now{std::move(*lock), std::move(document), std::move(client->mounts)};
}

// The text takes the file's place when `aoe-mount --check` finds nothing in it.
base::Result<> replace(const fs::path& file, const std::string& text) {
  auto replacement = base::FileReplacement::write(file, text, {.like_before = true});
  if (!replacement) return base::fail_errno(replacement.error().code, "cannot write {}", file.string());
  const auto client = config::load_client(replacement->path());
  if (!client) {
    return problems_of(file,
                       "nothing was changed, because the new file would have problems:", client.error());
  }
  if (const auto put = replacement->put_in_place(); !put)
    return base::fail_errno(put.error().code, "cannot write {}", file.string());
  return {};
}

base::Result<config::MountSource> parse_source(std::string_view text, bool bind) {
  if (bind) return config::BindOf{config::normal_path(std::string(text))};
  if (text.starts_with("UUID=")) return config::FsUuid{std::string(text.substr(5))};
  if (text.starts_with("LABEL=")) return config::FsLabel{std::string(text.substr(6))};
  const bool device = text.starts_with(kDevices);
  if (!device && text.starts_with("/dev/")) return config::DevicePath{std::string(text)};
  const auto disk = config::parse_aoe_device(device ? text.substr(kDevices.size()) : text);
  if (disk) return *disk;
  return base::fail("{}; or UUID=..., LABEL=..., a path in /dev, or a directory with --bind",
                    disk.error().message);
}

config::Node text_node(std::string text) {
  config::Node node;
  node.kind = config::Kind::text;
  node.text = std::move(text);
  return node;
}

class Item {
 public:
  Item() { node.kind = config::Kind::map; }
  void add(std::string key, std::string text) {
    if (!text.empty()) add(std::move(key), text_node(std::move(text)));
  }
  void add(std::string key, config::Node value) {
    node.entries.push_back({std::move(key), {}, std::move(value)});
  }
  void add(std::string key, std::optional<bool> flag) {
    if (flag) add(std::move(key), text_node(*flag ? "true" : "false"));
  }
  config::Node node;
};

void add_source(Item& item, const config::MountSource& source) {
  if (const auto* uuid = std::get_if<config::FsUuid>(&source)) return item.add("uuid", text_node(uuid->uuid));
  if (const auto* label = std::get_if<config::FsLabel>(&source))
    return item.add("label", text_node(label->label));
  if (const auto* path = std::get_if<config::DevicePath>(&source)) return item.add("device", path->path);
  if (const auto* bind = std::get_if<config::BindOf>(&source)) return item.add("bind", bind->directory);
  const auto& disk = std::get<config::AoeDevice>(source);
  item.add("shelf", std::to_string(disk.address.shelf));
  item.add("slot", std::to_string(disk.address.slot));
  if (disk.partition) item.add("partition", std::to_string(*disk.partition));
}

config::Node item_of(const NewMount& wanted, const config::MountSource& source) {
  Item item;
  add_source(item, source);
  item.add("mountpoint", text_node(config::normal_path(wanted.mountpoint)));
  item.add("type", wanted.type);
  if (!wanted.options.empty()) {
    config::Node list;
    list.kind = config::Kind::list;
    for (const std::string& option : wanted.options) list.items.push_back(text_node(option));
    item.add("options", std::move(list));
  }
  item.add("wait", wanted.wait);
  item.add("fsck", wanted.fsck);
  item.add("required", wanted.required);
  return item.node;
}

std::string title(const config::Mount& mount) {
  return fmt::format("{} on {}", source_text(mount.source), mount.mountpoint.string());
}

// The mount that is meant, as its place in the list.
base::Result<std::size_t> find(const fs::path& file, const std::vector<config::Mount>& mounts,
                               const std::string& what) {
  const std::string path = config::normal_path(what);
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    if (mounts[i].mountpoint == path) return i;
  }
  const auto source = parse_source(what, what.starts_with('/') && !what.starts_with("/dev/"));
  if (!source) return base::fail("'{}' is neither an absolute mount point nor a device", base::shown(what));
  std::vector<std::size_t> found;
  std::vector<std::string> mountpoints;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    if (source_text(mounts[i].source) != source_text(*source)) continue;
    found.push_back(i);
    mountpoints.push_back(mounts[i].mountpoint.string());
  }
  if (found.size() == 1) return found.front();
  if (!found.empty())
    return base::fail("{} has {} mounts of {}: name one of {}", file.string(), found.size(), what,
                      fmt::join(mountpoints, ", "));
  for (const config::Mount& mount : mounts) mountpoints.push_back(mount.mountpoint.string());
  if (mountpoints.empty()) return base::fail("{} has no mounts", file.string());
  return base::fail("{} has no mount {}; it has {}", file.string(), what, fmt::join(mountpoints, ", "));
}

}  // namespace

base::Result<std::string> add_to_configuration(const fs::path& file, const NewMount& wanted) {
  const auto source = parse_source(wanted.source, wanted.bind);
  if (!source) return std::unexpected(source.error());
  const auto now = look(file, true);
  if (!now) return std::unexpected(now.error());
  const fs::path mountpoint = config::normal_path(wanted.mountpoint);
  for (const config::Mount& mount : now->mounts) {
    if (mount.mountpoint == mountpoint)
      return base::fail("{}, line {}, has {} already: remove it first with 'aoe-mount remove {}'",
                        file.string(), mount.line, title(mount), mountpoint.string());
  }
  const auto text = config::with_item(now->document, kList, item_of(wanted, *source));
  if (!text) return base::fail("{} {}", file.string(), text.error().message);
  if (auto done = replace(file, *text); !done) return std::unexpected(done.error());
  std::string result =
      fmt::format("added to {}: {} on {}", file.string(), source_text(*source), mountpoint.string());
  std::error_code error;
  if (!fs::is_directory(mountpoint, error))
    result += fmt::format("\n{} is not there yet: make the directory before it is to be mounted",
                          mountpoint.string());
  return result;
}

base::Result<std::string> remove_from_configuration(const fs::path& file, const std::string& what) {
  const auto now = look(file, false);
  if (!now) return std::unexpected(now.error());
  const auto index = find(file, now->mounts, what);
  if (!index) return std::unexpected(index.error());
  const auto text = config::without_item(now->document, kList, *index);
  if (!text) return base::fail("{} {}", file.string(), text.error().message);
  if (auto done = replace(file, *text); !done) return std::unexpected(done.error());
  return fmt::format("removed from {}: {}; where it is mounted, it stays so", file.string(),
                     title(now->mounts[*index]));
}

}  // namespace aoe_mount
