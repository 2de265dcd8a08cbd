// What the control socket can ask of the server, one row a command.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "vblade/inventory/inventory.h"
#include "vblade/serving/state_keeper.h"

#include <functional>
#include <string>
#include <vector>

namespace vblade {

class ControlCommands {
 public:
  using Answer = std::function<void(const base::Result<base::Json>&)>;

  // `reload` reads the configuration again. What is set here is kept by `keeper`, as if an initiator had done
  // it.
  ControlCommands(Inventory& inventory, StateKeeper& keeper, std::function<base::Result<>()> reload)
      : inventory_(inventory), keeper_(keeper), reload_(std::move(reload)) {}

  // `words` are the command and its arguments, at least one. Calls `answer` when all is done.
  void carry_out(const std::vector<std::string>& words, const Answer& answer);

 private:
  using Words = std::vector<std::string>;

  static base::Result<> config(aoe::TargetState& state, const Words& words);
  static base::Result<> mask(aoe::TargetState& state, const Words& words);
  static base::Result<> reserve(aoe::TargetState& state, const Words& words);
  base::Result<> drain(const Words& words);
  base::Result<> set(const Words& words, const Answer& answer);
  base::Result<Export*> export_of(const Words& words) const;

  Inventory& inventory_;
  StateKeeper& keeper_;
  std::function<base::Result<>()> reload_;
};

}  // namespace vblade
