// RealInspector: this machine as sysfs, procfs and the ledger show it.
#pragma once

#include "aoe_mount/machine/inspector.h"
#include "kernel/system_paths.h"

namespace aoe_mount {

class RealInspector : public Inspector {
 public:
  RealInspector(const kernel::SystemPaths& paths, const Ledger& ledger) : paths_(paths), ledger_(ledger) {}

  kernel::Snapshot look() override;
  std::vector<std::string> users_of(const std::string& directory) override;
  std::vector<kernel::MountElsewhere> mounts_elsewhere() override;
  std::string resolve(const std::string& path) override;
  Changes changes() override { return ledger_.read(); }
  std::string ledger_problem() override { return ledger_.problem(); }

 private:
  const kernel::SystemPaths& paths_;
  const Ledger& ledger_;
};

}  // namespace aoe_mount
