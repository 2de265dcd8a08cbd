#include "vblade/inventory/kept_file.h"

#include "base/file_replacement.h"

#include <system_error>

namespace vblade {

namespace {

constexpr mode_t kMode = 0600;

}  // namespace

base::Result<> replace_kept_file(const std::filesystem::path& path, const std::string& text) {
  std::error_code reason;
  std::filesystem::create_directories(path.parent_path(), reason);  // writing reports a failure
  auto fresh = base::FileReplacement::write(path, text, {.mode = kMode, .suffix = ".new"});
  if (!fresh) return std::unexpected(fresh.error());
  return fresh->put_in_place();
}

}  // namespace vblade
