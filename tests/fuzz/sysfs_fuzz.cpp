// What aoe stat, top and map read of the driver: the text of sysfs, debugfs and /proc, with any bytes in
// every file. The input is the files' contents in the order of kFiles, each up to a line with nothing but
// "%".
#include "aoetools/driver_commands/driver_json.h"
#include "aoetools/map/storage_map.h"
#include "aoetools/top/device_load.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFiles[] = {
    "block/etherd!e1.0/size",
    "block/etherd!e1.0/state",
    "block/etherd!e1.0/netif",
    "block/etherd!e1.0/payload",
    "block/etherd!e1.0/mac",
    "block/etherd!e1.0/firmware-version",
    "block/etherd!e1.0/dev",
    "block/etherd!e1.0/stat",
    "kernel/debug/aoe/e1.0",
    "block/etherd!e1.0/etherd!e1.0p1/partition",
    "block/etherd!e1.0/etherd!e1.0p1/dev",
    "block/dm-0/dm/name",
    "block/dm-0/dm/uuid",
    "block/dm-0/dev",
    "block/md0/md/level",
    "proc/self/mountinfo",
    "proc/swaps",
    "module/aoe/version",
    "block/loop0/loop/backing_file",
};

void must(bool rule) {
  if (!rule) std::abort();
}

// A machine's tree in memory: a disk with a partition, on both a layer, and a circle of layers, which no
// kernel makes.
class Tree {
 public:
  Tree() {
    std::string name =
        (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) / "aoe-sysfs-XXXXXX";
    must(::mkdtemp(name.data()) != nullptr);
    root_ = name;
    for (const std::string_view file : kFiles) fs::create_directories((root_ / file).parent_path());
    for (const std::string_view below : {"block/dm-0/slaves/etherd!e1.0p1", "block/md0/slaves/etherd!e1.0",
                                         "block/md0/slaves/dm-0", "block/dm-0/slaves/md0"})
      fs::create_directories(root_ / below);
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  ~Tree() {
    std::error_code gone;
    fs::remove_all(root_, gone);
  }

  void fill(std::string_view text) {
    for (const std::string_view file : kFiles) {
      const std::size_t end = std::min(text.find("\n%\n"), text.size());
      std::ofstream(root_ / file, std::ios::binary) << text.substr(0, end) << '\n';
      text.remove_prefix(std::min(end + 3, text.size()));
    }
  }
  kernel::SystemPaths paths() const {
    return {.sysfs = root_, .proc = root_ / "proc", .etherd = root_ / "etherd"};
  }

 private:
  fs::path root_;
};

// Nothing foreign reaches the terminal unescaped.
void must_be_printable(std::string_view text) {
  must(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Tree tree;
  tree.fill(std::string_view(reinterpret_cast<const char*>(data), size));
  const kernel::AoeDriver driver(tree.paths());

  const auto devices = driver.devices();
  must(devices.size() == 1 && devices.front().name == "e1.0");
  must(!aoetools::to_json(devices).text().empty());
  (void)driver.version();

  aoetools::LoadWatch watch(driver);
  const std::chrono::steady_clock::time_point start;
  (void)watch.look(start);
  const auto loads = watch.look(start + std::chrono::seconds(1));
  must(loads.size() == 1 && loads.front().reads == 0 && loads.front().written_bytes == 0);
  must_be_printable(loads.front().state);
  for (const auto& path : loads.front().paths.paths) must_be_printable(path.mac + path.interfaces);
  must(!aoetools::to_json(loads).text().empty());

  const auto map = aoetools::map_storage(kernel::Snapshot::take(tree.paths()), {});
  must(map.disks.size() == 1);
  for (const auto& node : map.nodes) {
    for (const std::size_t above : node.above) must(above < map.nodes.size());
  }
  must_be_printable(aoetools::map_tree(map, false));
  must_be_printable(aoetools::map_svg(map));
  must(!aoetools::to_json(map).text().empty());
  return 0;
}
