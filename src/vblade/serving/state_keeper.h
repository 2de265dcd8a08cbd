// StateKeeper: brings what initiators and vbladectl set on an export (config string, mask list, reservation)
// to stable storage before it counts and before it is acknowledged. What cannot be kept is refused, and the
// export stays as it was. At most one write of an export is under way; changes that come meanwhile share the
// next one.
#pragma once

#include "aoe/target.h"
#include "base/result.h"
#include "vblade/serving/tally.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace vblade {

class Export;

// Writes states to stable storage, without making its caller wait.
class StateWriter {
 public:
  virtual ~StateWriter() = default;
  // The outcome goes to StateKeeper::written(), later. One write at a time for each address.
  virtual void start(aoe::Address address, const aoe::TargetState& state) = 0;
};

class StateKeeper {
 public:
  using Done = std::function<void(const base::Result<>& kept)>;
  // The export that is served at an address now, or nullptr.
  using Find = std::function<Export*(aoe::Address)>;

  // Without a writer nothing is kept: a change counts at once.
  StateKeeper(StateWriter* writer, Find find) : writer_(writer), find_(std::move(find)) {}

  // The export's state with all changes that are not kept yet: the next change starts from it.
  const aoe::TargetState& wanted(const Export& exported) const;
  void change(Export& exported, aoe::TargetState state);
  // Whether a change of the export is not kept yet.
  bool is_pending(const Export& exported) const;
  // Calls `done` when the changes so far are kept, or cannot be; only while is_pending().
  void when_kept(const Export& exported, Done done);
  // The outcome of a write.
  void written(aoe::Address address, const base::Result<>& result);

  // Exports with changes that are not kept yet.
  std::size_t pending() const { return changes_.size(); }
  // Once a second; what the log is to say of changes that could not be kept.
  std::optional<std::string> failures_to_report();

 private:
  struct Change {
    aoe::TargetState writing;
    std::vector<Done> waiting;  // for that
    std::optional<aoe::TargetState> next;
    std::vector<Done> waiting_for_next;
  };

  void fail(Change change, const base::Result<>& result);

  StateWriter* writer_;
  Find find_;
  std::map<aoe::Address, Change> changes_;
  std::uint64_t failures_ = 0;
  std::string last_failure_;
  Tally tally_;
};

}  // namespace vblade
