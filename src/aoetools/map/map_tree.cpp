// A StorageMap as a tree of lines.
#include "aoetools/map/storage_map.h"

#include <fmt/format.h>

namespace aoetools {

namespace {

struct Branches {
  std::string_view fork, last, down, nothing;
};

constexpr Branches kUtf8{"├─ ", "└─ ", "│  ", "   "};
constexpr Branches kAscii{"|- ", "`- ", "|  ", "   "};

class Tree {
 public:
  Tree(const StorageMap& map, const Branches& branches) : map_(map), branches_(branches) {}

  std::string text() {
    for (const std::size_t disk : map_.disks) {
      print_line("", disk, way_to(disk));
      print_above("", disk);
    }
    return std::move(text_);
  }

 private:
  // "0080c8caff65 over eth0, eth1"
  std::string way_to(std::size_t disk) const {
    for (const MapNode& target : map_.nodes) {
      if (target.kind != MapNode::Kind::target || target.name != map_.nodes[disk].name) continue;
      std::string over;
      for (const std::size_t above : target.above) {
        if (map_.nodes[above].kind == MapNode::Kind::interface)
          over += (over.empty() ? " over " : ", ") + map_.nodes[above].name;
      }
      return target.detail + over;
    }
    return "";
  }

  void print_line(const std::string& start, std::size_t index, const std::string& end) {
    const MapNode& node = map_.nodes[index];
    text_ += start + node.name;
    if (!node.detail.empty()) text_ += "  " + node.detail;
    if (!end.empty()) text_ += "  " + end;
    text_ += '\n';
  }

  void print_above(const std::string& start, std::size_t index) {
    const auto& above = map_.nodes[index].above;
    for (const std::size_t next : above) {
      const bool last = next == above.back();
      print_line(fmt::format("{}{}", start, last ? branches_.last : branches_.fork), next, "");
      print_above(fmt::format("{}{}", start, last ? branches_.nothing : branches_.down), next);
    }
  }

  const StorageMap& map_;
  const Branches& branches_;
  std::string text_;
};

}  // namespace

std::string map_tree(const StorageMap& map, bool utf8) {
  return Tree(map, utf8 ? kUtf8 : kAscii).text();
}

}  // namespace aoetools
