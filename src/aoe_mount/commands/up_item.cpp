#include "aoe_mount/commands/up_item.h"

#include "base/units.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace aoe_mount {

namespace {

using Kind = UpStep::Kind;

std::optional<std::size_t> innermost(std::string_view path, const std::vector<UpItem>& items,
                                     const UpItem& besides) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const UpItem& other = items[i];
    if (&other == &besides || other.target.empty() || !kernel::is_inside(path, other.target)) continue;
    if (!best || other.target.size() > items[*best].target.size()) best = i;
  }
  return best;
}

// Returns what an item does because of a mount that it belongs into or shows; nothing if those are all there.
std::optional<UpStep> wait_for_mounts(const UpItem& item, const std::vector<UpItem>& items) {
  for (const std::size_t index : item.after) {
    const UpItem& other = items[index];
    if (other.state == UpItem::State::failed) {
      const bool inside = kernel::is_inside(item.target, other.target);
      return UpStep{Kind::fail, fmt::format("{}, which it {}, is not mounted", other.target,
                                            inside ? "is inside" : "shows")};
    }
    if (other.is_open()) return UpStep{};
  }
  return std::nullopt;
}

}  // namespace

UpStep UpItem::next(const UpView& view, const std::vector<UpItem>& items, bool settled) const {
  if (view.has_end_signal) return {Kind::fail, "stopped waiting: received a signal"};
  if (auto step = wait_for_mounts(*this, items)) return *step;
  const bool time_is_over = view.now >= deadline;
  Readiness found = readiness({view.snapshot, view.finder, time_is_over});
  switch (found.state) {
    case Readiness::State::waiting:
      return next_without_device(found, time_is_over, settled);
    case Readiness::State::impossible:
      return {Kind::fail, found.text};
    case Readiness::State::there_already:
      return {Kind::finish, found.text};
    case Readiness::State::ready:
      break;
  }
  const bool failed_with_these = tried_with == view.devices && !reason.empty();
  if (!failed_with_these) return {Kind::start, found.text, std::move(found)};
  return time_is_over ? UpStep{Kind::fail, reason} : UpStep{};
}

UpStep UpItem::next_without_device(const Readiness& found, bool time_is_over, bool settled) const {
  if (wanted->only_if_on_aoe) return settled ? UpStep{Kind::leave_to_others, found.text} : UpStep{};
  if (!time_is_over) return {};
  return {Kind::fail, fmt::format("{} within {}", found.text, base::duration_text(wanted->wait))};
}

// A mount follows the innermost one that it is inside; a bind also the one that its directory is on.
std::vector<UpItem> plan_up(const config::Client& client, Tasks::Clock::time_point now) {
  std::vector<UpItem> items;
  for (WantedItem& item : wanted_items(client)) {
    items.emplace_back(std::move(item));
    items.back().deadline = now + items.back().wanted->wait;
  }
  for (UpItem& item : items) {
    if (item.target.empty()) continue;
    if (const auto outer = innermost(item.target, items, item)) item.after.push_back(*outer);
    const auto* bind = std::get_if<config::BindOf>(&item.wanted->source);
    if (bind == nullptr) continue;
    if (const auto shown = innermost(bind->directory, items, item)) item.after.push_back(*shown);
  }
  return items;
}

}  // namespace aoe_mount
