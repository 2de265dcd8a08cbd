#include "aoetools/map/storage_map.h"

#include "aoetools/command_line/printable.h"
#include "base/number.h"
#include "base/units.h"
#include "kernel/attribute.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <system_error>

namespace aoetools {

namespace {

namespace fs = std::filesystem;

// Deeper than anything people build; a sysfs that is none could go round in circles.
constexpr int kMostLayers = 16;

// "/mnt/a\040b" as the kernel writes it, back to what it means; then fit for a terminal.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view octal = text.substr(i + 1, 3);
    if (text[i] == '\\' && octal.size() == 3 && octal.find_first_not_of("01234567") == octal.npos) {
      out += static_cast<char>((octal[0] - '0') * 64 + (octal[1] - '0') * 8 + (octal[2] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return printable(out);
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream words(line);
  std::vector<std::string> list;
  for (std::string word; words >> word;) list.push_back(word);
  return list;
}

// The names in a directory, sorted; none when there is no such directory.
std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(directory, missing))
    names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

class Mapper {
 public:
  explicit Mapper(const kernel::AoeDriver& driver) : sysfs_(driver.paths().sysfs) {
    read_mounts(driver.paths().proc / "self" / "mountinfo");
    read_swaps(driver.paths().proc / "swaps");
  }

  void add(const kernel::AoeDevice& device) {
    const std::size_t disk = add_block(fs::path("block") / ("etherd!" + device.name), MapNode::Kind::disk,
                                       device.name, device.state.value_or("state unknown"), kMostLayers);
    map_.disks.push_back(disk);
    const std::string mac = device.mac.value_or("none");
    const std::size_t target = node("target " + device.name, MapNode::Kind::target, device.name,
                                    mac == "none" ? "" : printable(mac));
    std::string_view rest = device.interfaces ? std::string_view(*device.interfaces) : "";
    if (rest == "none") rest = "";
    if (rest.empty()) map_.nodes[target].above.push_back(disk);
    while (!rest.empty()) {
      const std::string_view as_written = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(as_written.size() + 1, rest.size()));
      const std::string name = printable(as_written);
      const std::size_t interface = node("interface " + name, MapNode::Kind::interface, name, "");
      link(target, interface);
      link(interface, disk);
    }
  }

  StorageMap take() { return std::move(map_); }

 private:
  // The node with this key; makes it when there is none yet.
  std::size_t node(const std::string& key, MapNode::Kind kind, std::string name, std::string detail) {
    const auto [at, is_new] = by_key_.try_emplace(key, map_.nodes.size());
    if (is_new) map_.nodes.push_back({kind, std::move(name), std::move(detail), {}});
    return at->second;
  }

  bool carries(std::size_t below, std::size_t above) const {
    if (below == above) return true;
    return std::ranges::any_of(map_.nodes[below].above,
                               [&](std::size_t next) { return carries(next, above); });
  }

  // A link that would close a circle, which no sysfs has, is left out.
  void link(std::size_t below, std::size_t above) {
    if (carries(above, below)) return;
    auto& list = map_.nodes[below].above;
    if (std::ranges::find(list, above) == list.end()) list.push_back(above);
  }

  // The block device at `directory` of sysfs, and all that stands on it.
  std::size_t add_block(const fs::path& directory, MapNode::Kind kind, const std::string& name,
                        const std::string& about, int layers_left) {
    const std::string key = directory.filename();
    if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second;
    const fs::path path = sysfs_ / directory;
    std::string detail = printable(about);
    if (const auto size = kernel::first_line(path / "size")) {
      if (const auto sectors = base::parse_number(*size))
        detail = base::size_text(*sectors * base::kSectorBytes) + (detail.empty() ? "" : ", " + detail);
    }
    const std::size_t self = node(key, kind, printable(name), std::move(detail));
    if (layers_left == 0) return self;
    add_partitions(self, directory, layers_left - 1);
    for (const std::string& holder : names_in(path / "holders")) {
      link(self, add_layer(holder, layers_left - 1));
    }
    if (const auto dev = kernel::first_line(path / "dev")) {
      for (const auto& [where, type] : uses_of(*dev, name)) {
        link(self, node("use " + where, MapNode::Kind::use, where, type));
      }
    }
    return self;
  }

  void add_partitions(std::size_t disk, const fs::path& directory, int layers_left) {
    std::vector<std::pair<std::uint64_t, std::string>> partitions;
    for (const std::string& name : names_in(sysfs_ / directory)) {
      const auto number = kernel::first_line(sysfs_ / directory / name / "partition");
      if (number) partitions.emplace_back(base::parse_number(*number).value_or(0), name);
    }
    std::ranges::sort(partitions);
    for (const auto& [number, name] : partitions) {
      const std::string shown = name.substr(name.find('!') + 1);
      link(disk, add_block(directory / name, MapNode::Kind::partition, shown, "", layers_left));
    }
  }

  // What the kernel calls dm-0 or md127, by the name that people know.
  std::size_t add_layer(const std::string& name, int layers_left) {
    const fs::path directory = fs::path("block") / name;
    const auto mapped = kernel::first_line(sysfs_ / directory / "dm" / "name");
    const auto raid = kernel::first_line(sysfs_ / directory / "md" / "level");
    const auto uuid = kernel::first_line(sysfs_ / directory / "dm" / "uuid");
    std::string about = name;
    if (raid) about = *raid;
    if (mapped) about = uuid && uuid->find('-') != uuid->npos ? uuid->substr(0, uuid->find('-')) : "dm";
    return add_block(directory, MapNode::Kind::layer, mapped.value_or(name), about, layers_left);
  }

  using Uses = std::vector<std::pair<std::string, std::string>>;

  Uses uses_of(const std::string& dev, const std::string& name) const {
    Uses uses;
    if (const auto mounts = mounts_.find(dev); mounts != mounts_.end()) uses = mounts->second;
    if (swaps_.contains(name)) uses.emplace_back("swap of " + printable(name), "");
    return uses;
  }

  void read_mounts(const fs::path& file) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
      // 36 35 98:0 /root /mountpoint options [optional fields] - type source ...
      const auto words = words_of(line);
      const auto dash = std::ranges::find(words, "-");
      if (words.size() < 6 || dash == words.end() || dash + 1 == words.end()) continue;
      Uses& uses = mounts_[words[2]];
      const std::string where = unescaped(words[4]);
      if (std::ranges::find(uses, where, &Uses::value_type::first) == uses.end())
        uses.emplace_back(where, printable(*(dash + 1)));
    }
  }

  void read_swaps(const fs::path& file) {
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
      const auto words = words_of(line);
      if (!words.empty()) swaps_.insert(fs::path(words[0]).filename());
    }
  }

  fs::path sysfs_;
  StorageMap map_;
  std::map<std::string, std::size_t> by_key_;
  std::map<std::string, Uses> mounts_;  // by "152:16"
  std::set<std::string> swaps_;         // by the node's name
};

}  // namespace

StorageMap map_storage(const kernel::AoeDriver& driver, const std::vector<aoe::Address>& only) {
  Mapper mapper(driver);
  for (const kernel::AoeDevice& device : driver.devices()) {
    if (only.empty() || std::ranges::find(only, device.address) != only.end()) mapper.add(device);
  }
  return mapper.take();
}

std::string_view kind_text(MapNode::Kind kind) {
  constexpr std::string_view kTexts[] = {"target", "interface", "disk", "partition", "layer", "use"};
  return kTexts[static_cast<std::size_t>(kind)];
}

}  // namespace aoetools
