#include "vblade/inventory/left_out_watch.h"

#include "base/opener.h"

#include <algorithm>

#include <fcntl.h>

namespace vblade {

namespace {

bool is_there(const std::filesystem::path& path) {
  return static_cast<bool>(base::opener().file(path, O_PATH));
}

}  // namespace

void LeftOutWatch::start(const config::Server& wanted) {
  wanted_.reset();
  missing_.clear();
  if (!wanted.partial || inventory_.left_out().empty()) return;
  wanted_ = wanted;
  for (const config::Export& one : wanted.exports) {
    if (!inventory_.exports().contains(one.address) && !is_there(one.path)) missing_.insert(one.path);
  }
}

const config::Server* LeftOutWatch::interfaces_came(const std::vector<net::Interface>& present) const {
  if (!wanted_) return nullptr;
  const auto is_unused = [&](const config::Export& one) {
    const auto exported = inventory_.exports().find(one.address);
    for (const net::Interface& interface : net::matching(present, one.interfaces)) {
      if (!interface.enabled || !interface.ethernet || interface.master != 0) continue;
      if (exported == inventory_.exports().end()) return !missing_.contains(one.path);
      if (std::ranges::find(exported->second->interfaces, interface.name) ==
          exported->second->interfaces.end())
        return true;
    }
    return false;
  };
  return std::ranges::any_of(wanted_->exports, is_unused) ? &*wanted_ : nullptr;
}

const config::Server* LeftOutWatch::path_came() {
  if (!wanted_ || missing_.empty()) return nullptr;
  auto next = missing_.upper_bound(looked_last_);
  if (next == missing_.end()) next = missing_.begin();
  looked_last_ = *next;
  if (!is_there(looked_last_)) return nullptr;
  missing_.erase(next);
  return &*wanted_;
}

}  // namespace vblade
