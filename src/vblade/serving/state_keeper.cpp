#include "vblade/serving/state_keeper.h"

#include "vblade/serving/export.h"

#include <utility>

namespace vblade {

const aoe::TargetState& StateKeeper::wanted(const Export& exported) const {
  const auto found = changes_.find(exported.address());
  if (found == changes_.end()) return exported.target;
  return found->second.next ? *found->second.next : found->second.writing;
}

void StateKeeper::change(Export& exported, aoe::TargetState state) {
  if (writer_ == nullptr) return exported.take_state(state);
  const auto [found, is_new] = changes_.try_emplace(exported.address());
  Change& change = found->second;
  if (!is_new) {
    change.next = std::move(state);
    return;
  }
  change.writing = std::move(state);
  writer_->start(exported.address(), change.writing);
}

bool StateKeeper::is_pending(const Export& exported) const {
  return changes_.contains(exported.address());
}

void StateKeeper::when_kept(const Export& exported, Done done) {
  Change& change = changes_.at(exported.address());
  (change.next ? change.waiting_for_next : change.waiting).push_back(std::move(done));
}

void StateKeeper::written(aoe::Address address, const base::Result<>& result) {
  const auto found = changes_.find(address);
  if (found == changes_.end()) return;
  Change change = std::move(found->second);
  changes_.erase(found);
  if (!result) return fail(std::move(change), result);
  if (Export* exported = find_(address)) exported->take_state(change.writing);
  if (change.next) {
    Change& rest = changes_[address];
    rest.writing = std::move(*change.next);
    rest.waiting = std::move(change.waiting_for_next);
    writer_->start(address, rest.writing);
  }
  for (const Done& done : change.waiting) done(result);
}

// Later changes start from the one that failed, so they fail with it.
void StateKeeper::fail(Change change, const base::Result<>& result) {
  failures_ += change.waiting.size() + change.waiting_for_next.size();
  last_failure_ = result.error().message;
  for (const Done& done : change.waiting) done(result);
  for (const Done& done : change.waiting_for_next) done(result);
}

std::optional<std::string> StateKeeper::failures_to_report() {
  const auto count = tally_.due(failures_);
  if (!count) return std::nullopt;
  return fmt::format("{} ({} request{} refused)", last_failure_, *count, *count == 1 ? "" : "s");
}

}  // namespace vblade
