// RealDriver: the aoe driver of this machine. What it changes is in the ledger first.
#pragma once

#include "aoe_mount/machine/driver_control.h"
#include "aoe_mount/machine/ledger.h"
#include "kernel/aoe_driver.h"

#include <string_view>

namespace aoe_mount {

class RealDriver : public DriverControl {
 public:
  RealDriver(const kernel::SystemPaths& paths, Ledger& ledger) : driver_(paths), ledger_(ledger) {}

  bool is_loaded() override { return driver_.has_control_files(); }
  base::Result<> load() override;
  base::Result<> use_interfaces(const std::vector<std::string>& names) override;
  base::Result<> discover() override;
  ForgetUnused forget_unused() override { return {driver_.control_file("flush").string()}; }
  base::Result<> set_parameter(const std::string& name, std::uint32_t value) override;
  base::Result<> restore_parameters() override;
  base::Result<> lower_deadsecs(std::chrono::seconds limit) override;
  base::Result<> restore_deadsecs() override;
  std::optional<unsigned> user_count() override { return driver_.users(); }
  void note_unloaded() override;

 private:
  base::Result<> write_parameter(const std::string& name, std::string_view value);
  base::Result<> change_parameter(const std::string& name, std::string_view value);

  kernel::AoeDriver driver_;
  Ledger& ledger_;
};

}  // namespace aoe_mount
