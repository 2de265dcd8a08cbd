#include "aoe_mount/run/instances.h"

#include <algorithm>
#include <fstream>

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
void Instances::remember(const fs::path& file, Origin origin) const {
  std::error_code error;
  const fs::path mark = hand_mark_of(file);
  if (origin == Origin::hand) {
    fs::create_directories(mark.parent_path(), error);
    std::ofstream{mark};
  } else {
    fs::remove(mark, error);
  }
  fs::create_directories(folder_, error);
  fs::copy_file(file, copy_of(file), fs::copy_options::overwrite_existing, error);
}

void Instances::forget(const fs::path& file) const {
  std::error_code error;
  fs::remove(copy_of(file), error);
  fs::remove(hand_mark_of(file), error);
}

fs::path Instances::hand_mark_of(const fs::path& file) const {
  return folder_.parent_path() / "by-hand" / copy_of(file).filename();
}

std::vector<std::string> Instances::other_services(const fs::path& file) const {
  auto files = others(file);
  std::error_code error;
  std::erase_if(files, [&](const std::string& other) { return fs::exists(hand_mark_of(other), error); });
  return files;
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
