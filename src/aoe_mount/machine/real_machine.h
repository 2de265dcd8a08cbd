// RealMachine: the Machine that aoe-mount runs on.
#pragma once

#include "aoe_mount/machine/machine.h"
#include "aoe_mount/run/end_signal.h"
#include "aoe_mount/work/task.h"
#include "kernel/aoe_driver.h"
#include "kernel/system_paths.h"
#include "kernel/uevents.h"

#include <map>
#include <optional>

namespace aoe_mount {

class RealMachine : public Machine {
 public:
  explicit RealMachine(kernel::SystemPaths places);

  Clock::time_point now() override { return Clock::now(); }
  kernel::Snapshot look() override { return kernel::Snapshot::take(places_); }
  bool has_driver() override;
  base::Result<> load_driver() override;
  base::Result<> use_interfaces(const std::vector<std::string>& names) override;
  base::Result<> discover() override;
  ForgetUnused forget_unused() override;
  base::Result<> set_driver_parameter(const std::string& name, std::uint32_t value) override;
  base::Result<> restore_driver_parameters() override;
  base::Result<> lower_deadsecs(std::chrono::seconds patience) override;
  base::Result<> restore_deadsecs() override;
  std::optional<unsigned> driver_users() override;
  base::Result<std::vector<net::Interface>> interfaces() override;
  base::Result<bool> raise_interface(const std::string& name) override;
  base::Result<> lower_interface(const std::string& name) override;
  std::string interface_user(const std::string& name) override;
  Changes changes() override { return ledger_.read(); }
  void driver_is_unloaded() override;
  base::Result<> set_mtu(const std::string& name, std::uint32_t mtu) override;
  base::Result<> restore_mtu(const std::string& name) override;
  std::string resolve(const std::string& path) override;
  int start(const Work& work) override;
  void abandon(int job) override;
  std::vector<Finished> wait(Clock::time_point until) override;
  bool has_end_signal() override { return end_signal_came(); }
  std::vector<std::string> users_of(const std::string& directory) override;
  std::vector<kernel::MountElsewhere> mounts_elsewhere() override;

 private:
  std::vector<Finished> collect();
  base::Result<> set_parameter(const std::string& name, std::string_view value);
  base::Result<> change_parameter(const std::string& name, std::string_view value);

  kernel::SystemPaths places_;
  kernel::AoeDriver driver_;
  Ledger ledger_;
  std::optional<kernel::Uevents>
      events_;  // none where the kernel does not let us listen: then we look now and then
  std::map<int, Task> tasks_;
  std::vector<Finished> failed_to_start_;  // could not even be started
  int last_job_ = 0;
};

}  // namespace aoe_mount
