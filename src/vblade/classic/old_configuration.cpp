#include "vblade/classic/old_configuration.h"

#include "vblade/classic/old_conf_d.h"
#include "vblade/classic/old_debian_conf.h"
#include "vblade/classic/old_persist.h"
#include "vblade/classic/old_source.h"

#include <system_error>

namespace vblade {

namespace {

using std::filesystem::path;

base::Result<> read_conf(const path& file, OldConfiguration& into) {
  const auto bytes = read_old_bytes(file);
  if (!bytes) return std::unexpected(bytes.error());
  into.parts.push_back({.text = "# " + file.string(), .trailing = {}});
  OldFile old(file, *bytes, into);
  read_debian_conf(old, read_shell(*bytes), file.stem().string());
  return {};
}

base::Result<> read_file(const path& file, OldConfiguration& into) {
  const auto bytes = read_old_bytes(file);
  if (!bytes) return std::unexpected(bytes.error());
  const auto items = read_shell(*bytes);
  OldFile old(file, *bytes, into);
  if (looks_like_debian_conf(items) && !looks_like_conf_d(items)) {
    read_debian_conf(old, items, file.stem().string());
  } else {
    read_conf_d(old, items);
  }
  return {};
}

base::Result<> read_directory(const path& directory, OldConfiguration& into) {
  std::error_code reason;
  if (std::filesystem::is_directory(directory / "vblades", reason))
    return read_directory(directory / "vblades", into);
  if (looks_like_persist(directory)) return read_persist(directory, into);
  const auto entries = old_entries(directory);
  if (!entries) return std::unexpected(entries.error());
  bool any = false;
  for (const path& one : *entries) {
    const bool conf = one.extension() == ".conf";
    if (!conf && !looks_like_persist(one)) continue;
    any = true;
    const auto taken = conf ? read_conf(one, into) : read_persist(one, into);
    if (!taken) return taken;
  }
  if (any) return {};
  return base::fail(
      "'{}' holds no configuration of an old vblade: neither NAME.conf, as Debian has them, nor eX.Y/env of "
      "vblade-persist",
      directory.string());
}

}  // namespace

base::Result<OldConfiguration> read_old_configuration(const path& from) {
  OldConfiguration found;
  std::error_code reason;
  // Without a slash behind it, or the last name would be empty.
  path plain = from.lexically_normal();
  if (!plain.has_filename() && plain.has_parent_path()) plain = plain.parent_path();
  const auto taken =
      std::filesystem::is_directory(plain, reason) ? read_directory(plain, found) : read_file(plain, found);
  if (!taken) return std::unexpected(taken.error());
  return found;
}

}  // namespace vblade
