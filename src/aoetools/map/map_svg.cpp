// A StorageMap as an SVG picture: boxes in columns from the target to the mount point, with lines between
// them.
#include "aoetools/command_line/svg.h"
#include "aoetools/map/storage_map.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace aoetools {

namespace {

constexpr int kMargin = 20, kBoxWidth = 190, kBoxHeight = 40, kColumn = 250, kRow = 54;
constexpr std::size_t kMostCharacters = 28;  // that fit a box
constexpr std::array<std::string_view, 6> kFills{"#dbe9f9", "#e8e8e8", "#fde9c8",
                                                 "#fdf4d8", "#e5dbf3", "#d9f0d6"};

struct Place {
  int column = 0, row = 0;
  int x() const { return kMargin + column * kColumn; }
  int y() const { return kMargin + row * kRow; }
  int middle() const { return y() + kBoxHeight / 2; }
};

class Picture {
 public:
  explicit Picture(const StorageMap& map) : map_(map), places_(map.nodes.size()) {
    for (std::size_t i = 0; i < map_.nodes.size(); ++i) {
      if (map_.nodes[i].kind == MapNode::Kind::target) settle(i, 0);
    }
    placed_.resize(map_.nodes.size());
    for (std::size_t i = 0; i < map_.nodes.size(); ++i) {
      if (map_.nodes[i].kind == MapNode::Kind::target) put(i, 0);
    }
  }

  std::string svg() const {
    Place end;
    for (const Place& place : places_) end.column = std::max(end.column, place.column);
    for (const auto& [column, free] : free_rows_) end.row = std::max(end.row, free - 1);
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" "
        "fill=\"#fff\"/>\n",
        end.x() + kBoxWidth + kMargin, end.y() + kBoxHeight + kMargin);
    for (std::size_t i = 0; i < map_.nodes.size(); ++i) {
      for (const std::size_t above : map_.nodes[i].above)
        svg += line(places_[i], ways_.at({i, above}), places_[above]);
    }
    for (std::size_t i = 0; i < map_.nodes.size(); ++i) svg += box(map_.nodes[i], places_[i]);
    return svg + "</svg>\n";
  }

 private:
  // A node's column is right of everything that it stands on.
  void settle(std::size_t index, int column) {
    if (column < places_[index].column) return;
    places_[index].column = column;
    for (const std::size_t above : map_.nodes[index].above) settle(above, column + 1);
  }

  // No higher than what it stands on, and below what its column has already.
  void put(std::size_t index, int row) {
    if (placed_[index]) return;
    placed_[index] = true;
    const Place place = places_[index] = take(places_[index].column, row);
    for (const std::size_t above : map_.nodes[index].above) {
      // A line over several columns needs a place of its own in each: it must not look like one to a box
      // there.
      auto& way = ways_[{index, above}];
      for (int column = place.column + 1; column < places_[above].column; ++column)
        way.push_back(take(column, place.row));
      put(above, place.row);
    }
  }

  Place take(int column, int row) {
    int& free = free_rows_[column];
    const Place place{column, std::max(row, free)};
    free = place.row + 1;
    return place;
  }

  static std::string line(const Place& from, const std::vector<Place>& way, const Place& to) {
    std::string path = fmt::format("M{},{}", from.x() + kBoxWidth, from.middle());
    Place last = from;
    for (const Place& over : way) {
      path += fmt::format("{} H{}", bow(last, over), over.x() + kBoxWidth);
      last = over;
    }
    return fmt::format("<path d=\"{}{}\" fill=\"none\" stroke=\"#777\"/>\n", path, bow(last, to));
  }

  // From one column to the next.
  static std::string bow(const Place& from, const Place& to) {
    const int x1 = from.x() + kBoxWidth, bend = (kColumn - kBoxWidth) / 2;
    return fmt::format(" C{},{} {},{} {},{}", x1 + bend, from.middle(), to.x() - bend, to.middle(), to.x(),
                       to.middle());
  }

  static std::string words(int x, int y, std::string_view weight, const std::string& text) {
    const std::string shown =
        text.size() <= kMostCharacters
            ? text
            : fmt::format("{}...", std::string_view(text).substr(0, kMostCharacters - 3));
    return fmt::format("<text x=\"{}\" y=\"{}\" font-weight=\"{}\">{}</text>\n", x, y, weight,
                       svg_escaped(shown));
  }

  static std::string box(const MapNode& node, const Place& place) {
    const std::string what = fmt::format("{} {}", kind_text(node.kind), node.name);
    return fmt::format(
               "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{}\" stroke=\"#777\">"
               "<title>{}</title></rect>\n",
               place.x(), place.y(), kBoxWidth, kBoxHeight, kFills[static_cast<std::size_t>(node.kind)],
               svg_escaped(what)) +
           words(place.x() + 8, place.y() + 17, "bold", node.name) +
           words(place.x() + 8, place.y() + 33, "normal", node.detail);
  }

  const StorageMap& map_;
  std::vector<Place> places_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<Place>>
      ways_;  // what each line passes, by its ends
  std::vector<bool> placed_;
  std::map<int, int> free_rows_;  // by column
};

}  // namespace

std::string map_svg(const StorageMap& map) {
  return Picture(map).svg();
}

}  // namespace aoetools
