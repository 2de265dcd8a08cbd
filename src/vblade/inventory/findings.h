// Findings: what keeps a configuration from being served, each problem at its place in the file.
#pragma once

#include "config/server_config.h"
#include "disk/volume.h"
#include "vblade/inventory/machine.h"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vblade {

using Problems = std::vector<config::Problem>;

// Why exports cannot be served, and which of them: one that misses an interface still has its others.
struct Findings {
  Problems problems;
  std::set<std::size_t> unservable;  // indices of exports

  bool prevents_start(const config::Server& wanted) const {
    return !problems.empty() && (!wanted.partial || leave_nothing(wanted));
  }
  bool leave_nothing(const config::Server& wanted) const {
    return !problems.empty() && unservable.size() == wanted.exports.size();
  }
};

// Whether everything that `wanted` names is there and can be served: paths and interfaces. Locks nothing, so
// that a file can be checked beside a running server.
Findings check(const config::Server& wanted, Machine& machine);

// Problems of one export, by its index, at the place of the key that they are about.
config::Problem path_problem(const config::Server& wanted, std::size_t index, const std::string& message);
config::Problem interfaces_problem(const config::Server& wanted, std::size_t index,
                                   const std::string& message);
config::Problem slot_problem(const config::Server& wanted, std::size_t index, const std::string& message);

// Which file or device a volume has open.
std::optional<FileId> file_of(const disk::Volume& volume);

// Reports the old servers that keep this export from being served: `interfaces` and `file` are those that
// it is not served on yet.
void find_conflicts(const std::vector<OldServer>& servers, const config::Server& wanted, std::size_t index,
                    const std::vector<std::string>& interfaces, const std::optional<FileId>& file,
                    Findings& findings);

// The interfaces of each export, in the file's order. What many exports have in common is reported once.
std::vector<std::vector<std::string>> choose_all(const config::Server& wanted,
                                                 const std::vector<net::Interface>& present,
                                                 Findings& findings);

}  // namespace vblade
