// OpenerProcess: a child process that keeps its rights when the server gives its own up, and opens for it
// what the administrator named: packet sockets, the configuration file, and the files and devices to export.
// A server that was taken over by what it got from the network can open nothing else.
#pragma once

#include "base/opener.h"
#include "base/result.h"
#include "net/interface.h"
#include "vblade/classic/old_server.h"
#include "vblade/process/disk_holders.h"

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

namespace vblade {

// What may be opened, and how.
class OpenRules {
 public:
  // With a configuration file: that for reading, and what it names. Without: what allow() names.
  explicit OpenRules(std::filesystem::path config_file) : config_file_(std::move(config_file)) {}

  void allow(const std::filesystem::path& path, bool writing) { writable_[path] |= writing; }
  // Reads the configuration file, when there is one: what it names now counts from now on. A bad one changes
  // nothing.
  void learn();
  bool is_config(const std::filesystem::path& path) const { return !path.empty() && path == config_file_; }
  bool allows(const std::filesystem::path& path, int flags) const;
  // Names or globs, as a configuration has them.
  void allow_interfaces(const std::vector<std::string>& patterns);
  bool allows(const net::Interface& interface) const;

 private:
  std::filesystem::path config_file_;
  std::map<std::filesystem::path, bool> writable_;
  std::set<std::string> interfaces_;  // patterns
};

class OpenerProcess : public base::Opener {
 public:
  // Forks: before there are threads and what a child should not have.
  static base::Result<std::unique_ptr<OpenerProcess>> start(OpenRules rules);
  // Returns when the child is gone, so that a server that ends leaves no process behind: systemd logs those.
  ~OpenerProcess() override;
  OpenerProcess(const OpenerProcess&) = delete;
  OpenerProcess& operator=(const OpenerProcess&) = delete;

  // EACCES: the rules do not allow it. EPIPE: the child is gone.
  base::Fd file(const std::filesystem::path& path, int flags) override;
  // Bound to the interface, deaf to all but AoE frames there, and so for good.
  base::Fd packet_socket(const std::string& interface, base::PacketUse use) override;
  // The child may look at other processes, as a server without rights may not.
  std::vector<OldServer> old_servers();
  std::vector<DiskHolder> disk_holders();

 private:
  OpenerProcess(base::Fd child, pid_t pid) : child_(std::move(child)), pid_(pid) {}

  base::Fd ask_by_name(int what, const std::string& name, int number);

  base::Fd child_;
  pid_t pid_;
};

}  // namespace vblade
