#include "vblade/inventory/disk_watch.h"

#include "base/log.h"

#include <cstdint>
#include <string>
#include <utility>

namespace vblade {

namespace {

// Between inquiries for losses that no request has found.
constexpr unsigned kInquiryPeriod = 5;
// Seconds that a look along a path may take.
constexpr unsigned kPatience = 3;

// A host that asks all exports is refused by all of them, and that is one line.
class RefusedHosts {
 public:
  void add(Export& exported) {
    const auto refusals = exported.refusals_to_tell();
    if (!refusals) return;
    if (exports_++ == 0) first_ = exported.address();
    sum_.count += refusals->count;
    sum_.last = refusals->last;
  }
  void report() const {
    if (exports_ == 0) return;
    const std::string others = exports_ == 1 ? "" : fmt::format(" and {} more exports", exports_ - 1);
    base::log::warning("{}{}: refused {} requests, the last from {}: not on {} mask or allow list",
                       first_.text(), others, sum_.count, sum_.last.text(), exports_ == 1 ? "its" : "their");
  }

 private:
  std::size_t exports_ = 0;
  aoe::Address first_;
  Refusals sum_;
};

}  // namespace

void DiskWatch::look() {
  if (seconds_++ % kInquiryPeriod == 0) inventory_.inquire();
  RefusedHosts refused;
  for (const auto& [address, exported] : inventory_.exports()) {
    report_health(*exported);
    refused.add(*exported);
    look_at_size(*exported);
  }
  refused.report();
  look_at_next_path();
}

void DiskWatch::report_health(Export& exported) {
  const std::string name = exported.address().text();
  exported.refresh_health();
  if (const auto errors = exported.errors_to_tell()) base::log::error("{}: {}", name, errors->text());
  if (const auto losses = exported.losses_to_tell()) base::log::error("{}: {}", name, *losses);
}

void DiskWatch::look_at_size(Export& exported) {
  const std::uint64_t before = exported.target.sectors;
  if (!exported.refresh_size()) return;
  base::log::warning("{}: {} has {} sectors now, before {}", exported.address().text(),
                     exported.volume->path().string(), exported.target.sectors, before);
  inventory_.advertise(exported);
}

// One a second, in turn: looking along thousands of paths takes its time.
void DiskWatch::look_at_next_path() {
  if (looking_ && ++looking_->seconds < kPatience) return;
  if (looking_) report_silent(*looking_);
  const Inventory::Exports& exports = inventory_.exports();
  auto next = exports.upper_bound(placed_last_);
  if (next == exports.end()) next = exports.begin();
  if (next == exports.end()) return;
  placed_last_ = next->first;
  looking_ = Look{.address = next->first, .path = next->second->volume->path()};
  looker_.look(looking_->path);
}

void DiskWatch::take_looks() {
  while (const auto seen = looker_.take()) {
    if (!looking_) continue;
    const Look look = *std::exchange(looking_, std::nullopt);
    silent_.erase(look.address);
    Export* exported = inventory_.find(look.address);
    if (exported == nullptr || exported->volume->path() != look.path) continue;
    if (exported->take_path_state(exported->volume->path_state_by(seen->file, seen->error)))
      report_path(*exported);
  }
}

void DiskWatch::report_silent(const Look& look) {
  if (!silent_.insert(look.address).second) return;
  base::log::warning(
      "{}: the file system of '{}' does not answer: a look along the path took over {} seconds",
      look.address.text(), look.path.string(), kPatience);
}

// Which file is the right one only the administrator knows, so the one that clients have stays until a
// reload.
void DiskWatch::report_path(const Export& exported) {
  const std::string name = exported.address().text();
  const std::string path = exported.volume->path().string();
  switch (exported.path_state()) {
    case disk::PathState::same:
      base::log::info("{}: '{}' is again the file that clients use", name, path);
      break;
    case disk::PathState::other:
      base::log::warning(
          "{}: '{}' was replaced by another file; clients still use the previous file until 'vbladectl "
          "reload'",
          name, path);
      break;
    case disk::PathState::gone:
      base::log::warning(
          "{}: '{}' was deleted; clients still use it, and their writes are lost when vblade exits: save a "
          "copy, put a file there, then 'vbladectl reload'",
          name, path);
      break;
  }
}

}  // namespace vblade
