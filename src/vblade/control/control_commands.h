// What the control socket can ask of the server, one row a command.
#pragma once

#include "base/json.h"
#include "base/result.h"
#include "vblade/inventory/inventory.h"

#include <functional>
#include <string>
#include <vector>

namespace vblade {

class ControlCommands {
 public:
  // `reload` reads the configuration again; `changed` is told when an export's config string, mask list or
  // reservation was changed here, as if an initiator had done it.
  ControlCommands(Inventory& inventory, std::function<base::Result<>()> reload,
                  std::function<void(Export&)> changed)
      : inventory_(inventory), reload_(std::move(reload)), changed_(std::move(changed)) {}

  // `words` are the command and its arguments, at least one.
  base::Result<base::Json> carry_out(const std::vector<std::string>& words);

 private:
  using Words = std::vector<std::string>;

  base::Result<> config(Export& one, const Words& words);
  base::Result<> mask(Export& one, const Words& words);
  base::Result<> reserve(Export& one, const Words& words);
  base::Result<> drain(Export& one, const Words& words);
  base::Result<> change(const Words& words);

  Inventory& inventory_;
  std::function<base::Result<>()> reload_;
  std::function<void(Export&)> changed_;
};

}  // namespace vblade
