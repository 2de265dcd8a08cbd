// StateThread: writes states to a StateStore in a thread of its own, because a file system that is slow,
// frozen or hangs must not hold up the frames of any export.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "vblade/inventory/state_store.h"
#include "vblade/serving/state_keeper.h"

#include <memory>
#include <thread>
#include <vector>

namespace vblade {

class StateThread final : public StateWriter {
 public:
  struct Written {
    aoe::Address address;
    base::Result<> result;
  };

  static base::Result<std::unique_ptr<StateThread>> open(std::shared_ptr<StateStore> store);
  // Does not wait for a write that is under way: that one may never end.
  ~StateThread() override;
  StateThread(const StateThread&) = delete;
  StateThread& operator=(const StateThread&) = delete;

  void start(aoe::Address address, const aoe::TargetState& state) override;
  // Readable when take() has something.
  int fd() const;
  // The outcomes since the last call.
  std::vector<Written> take();

 private:
  struct Shared;

  explicit StateThread(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  static void run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace vblade
