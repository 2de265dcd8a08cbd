#include "aoe_mount/commands/up_item.h"

#include "base/units.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace aoe_mount {

namespace {

using Kind = UpStep::Kind;

// Finds the mount that a directory will be on. The kernel knows mount points by the paths that links lead to.
std::optional<std::size_t> innermost(std::string_view path, const std::vector<UpItem>& items,
                                     const UpItem& besides) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const UpItem& other = items[i];
    if (&other == &besides || other.place.empty() || !kernel::is_inside(path, other.place)) continue;
    if (!best || other.place.size() > items[*best].place.size()) best = i;
  }
  return best;
}

// Returns what an item does because of a mount that it belongs into or shows; nothing if those are all there.
std::optional<UpStep> wait_for_mounts(const UpItem& item, const std::vector<UpItem>& items) {
  for (const std::size_t index : item.after) {
    const UpItem& other = items[index];
    if (other.state == UpItem::State::failed) {
      const bool inside = kernel::is_inside(item.place, other.place);
      return UpStep{Kind::fail, fmt::format("{}, which {}, is not mounted", other.target,
                                            item.place.empty() ? "has its key"
                                            : inside           ? "it is inside"
                                                               : "it shows")};
    }
    if (other.is_open()) return UpStep{};
  }
  return std::nullopt;
}

// True if the item makes the device of the other one.
bool makes(const UpItem& item, const UpItem& other) {
  const auto* device = std::get_if<config::DevicePath>(&other.wanted->source);
  if (device == nullptr || &item == &other) return false;
  return std::any_of(item.makes.begin(), item.makes.end(), [&](const std::string& path) {
    return item.is_group ? device->path.starts_with(path) : device->path == path;
  });
}

// Returns the reason why the device of an item will not come; empty if it may.
std::string missing_below(const UpItem& item, const std::vector<UpItem>& items) {
  for (const std::size_t index : item.on) {
    const UpItem& other = items[index];
    if (other.state == UpItem::State::failed)
      return fmt::format("{}, which it is on, is {}", other.name, other.words->not_in_place);
  }
  return "";
}

}  // namespace

UpStep UpItem::next(const UpView& view, const std::vector<UpItem>& items, bool settled) const {
  if (view.has_end_signal) return {Kind::fail, "stopped waiting: received a signal"};
  if (auto step = wait_for_mounts(*this, items)) return *step;
  const bool time_is_over = view.now >= deadline;
  Readiness found = readiness({view.snapshot, view.finder, view.inspector, time_is_over});
  switch (found.state) {
    case Readiness::State::waiting:
      if (std::string missing = missing_below(*this, items); !missing.empty())
        return {Kind::fail, std::move(missing)};
      return next_without_device(found, time_is_over, settled);
    case Readiness::State::impossible:
      return {Kind::fail, found.text};
    case Readiness::State::there_already:
      return {Kind::finish, found.text};
    case Readiness::State::ready:
      break;
  }
  const auto* order = std::get_if<Attach>(&found.work);
  const bool is_at_work =
      order != nullptr && std::any_of(items.begin(), items.end(), [&](const UpItem& other) {
        return other.state == State::working && other.device == order->device;
      });
  if (is_at_work) return {};
  // Whatever is worth another try gets its last one when the time is over.
  const bool is_tried =
      tried_with == view.devices && !reason.empty() && !found.last_resort && !(found.again && time_is_over);
  if (!is_tried) return {Kind::start, found.text, std::move(found)};
  return time_is_over ? UpStep{Kind::fail, reason} : UpStep{};
}

UpStep UpItem::next_without_device(const Readiness& found, bool time_is_over, bool settled) const {
  if (wanted->only_if_on_aoe) return settled ? UpStep{Kind::leave_to_others, found.text} : UpStep{};
  if (!time_is_over) return {};
  return {Kind::fail, fmt::format("{} within {}{}{}", found.text, base::duration_text(wanted->wait),
                                  found.hint.empty() ? "" : "; ", found.hint)};
}

// A mount follows the innermost one that it is inside; a bind also the one that its directory is on, and an
// encrypted device the one that its key is on.
std::vector<UpItem> plan_up(const config::Client& client, const World& world) {
  std::vector<UpItem> items;
  for (WantedItem& item : wanted_items(client)) {
    items.emplace_back(std::move(item));
    items.back().deadline = world.tasks.now() + items.back().wanted->wait;
    if (!items.back().target.empty()) items.back().place = world.inspector.resolve(items.back().target);
  }
  for (UpItem& item : items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (makes(items[i], item)) item.on.push_back(i);
    }
    if (!item.key_file.empty()) {
      if (const auto mount = innermost(world.inspector.resolve(item.key_file), items, item))
        item.after.push_back(*mount);
    }
    if (item.place.empty()) continue;
    if (const auto outer = innermost(item.place, items, item)) item.after.push_back(*outer);
    const auto* bind = std::get_if<config::BindOf>(&item.wanted->source);
    if (bind == nullptr) continue;
    if (const auto shown = innermost(world.inspector.resolve(bind->directory), items, item))
      item.after.push_back(*shown);
  }
  return items;
}

}  // namespace aoe_mount
