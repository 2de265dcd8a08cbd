#include "mount/ledger.h"

#include <cerrno>
#include <cstdio>
#include <fstream>

namespace aoe_mount {

namespace fs = std::filesystem;

Changes Ledger::read() const {
  Changes changes;
  std::ifstream in(file_);
  for (std::string what, value; in >> what >> value;) {
    if (what == "driver") changes.driver = true;
    if (what == "interface") changes.interfaces.push_back(value);
    if (what == "aoe_deadsecs") changes.deadsecs = value;
  }
  return changes;
}

base::Result<> Ledger::write(const Changes& changes) const {
  std::error_code error;
  if (changes.empty()) {
    fs::remove(file_, error);
    if (error) return base::fail_errno(error.value(), "cannot remove {}", file_.string());
    return {};
  }
  fs::create_directories(file_.parent_path(), error);
  const fs::path fresh = file_.string() + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    if (changes.driver) out << "driver aoe\n";
    for (const std::string& name : changes.interfaces) out << "interface " << name << '\n';
    if (!changes.deadsecs.empty()) out << "aoe_deadsecs " << changes.deadsecs << '\n';
    if (!out.flush()) return base::fail_errno(errno, "cannot write {}", fresh.string());
  }
  fs::rename(fresh, file_, error);  // whole or not at all
  if (error) return base::fail_errno(error.value(), "cannot write {}", file_.string());
  return {};
}

}  // namespace aoe_mount
