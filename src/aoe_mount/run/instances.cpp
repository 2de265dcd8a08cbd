#include "aoe_mount/run/instances.h"

#include <algorithm>

namespace aoe_mount {

namespace fs = std::filesystem;

// A path as the name of a file: % for /, and %% for %.
fs::path Instances::copy_of(const fs::path& file) const {
  std::string name;
  for (const char c : fs::absolute(file).lexically_normal().string()) {
    if (c == '%') name += '%';
    name += c == '/' ? '%' : c;
  }
  return folder_ / name;
}

// A failure is ignored: without /run nothing is remembered, and `down` releases everything.
void Instances::remember(const fs::path& file) const {
  std::error_code error;
  fs::create_directories(folder_, error);
  fs::copy_file(file, copy_of(file), fs::copy_options::overwrite_existing, error);
}

void Instances::forget(const fs::path& file) const {
  std::error_code error;
  fs::remove(copy_of(file), error);
}

std::vector<std::string> Instances::others(const fs::path& file) const {
  std::vector<std::string> files;
  const std::string own = copy_of(file).filename().string();
  std::error_code gone;
  for (fs::directory_iterator it(folder_, gone), end; !gone && it != end; it.increment(gone)) {
    const std::string name = it->path().filename().string();
    if (name == own) continue;
    std::string path;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const bool escaped = name[i] == '%' && i + 1 < name.size() && name[i + 1] == '%';
      path += name[i] == '%' && !escaped ? '/' : name[i];
      i += escaped ? 1 : 0;
    }
    files.push_back(std::move(path));
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace aoe_mount
