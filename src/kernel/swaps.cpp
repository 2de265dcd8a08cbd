#include "kernel/swaps.h"

#include "base/number.h"
#include "kernel/mounts.h"

#include <fstream>
#include <sstream>

namespace kernel {

namespace {

std::uint64_t kibibytes(const std::string& count) {
  return base::parse_number(count).value_or(0) * 1024;
}

}  // namespace

std::vector<SwapEntry> read_swaps(const std::filesystem::path& file) {
  std::vector<SwapEntry> swaps;
  std::ifstream lines(file);
  std::string line;
  std::getline(lines, line);  // Filename Type Size Used Priority
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string path, type, size, used;
    if (words >> path >> type >> size >> used)
      swaps.push_back({unescaped(path), kibibytes(size), kibibytes(used)});
  }
  return swaps;
}

}  // namespace kernel
