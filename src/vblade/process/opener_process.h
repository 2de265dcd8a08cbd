// OpenerProcess: a child process that keeps its rights when the server gives its own up, and opens for it
// what the administrator named: packet sockets, the configuration file, and the files and devices to export.
// A server that was taken over by what it got from the network can open nothing else.
#pragma once

#include "base/opener.h"
#include "base/result.h"
#include "net/interface.h"
#include "vblade/classic/old_server.h"
#include "vblade/process/disk_holders.h"
#include "vblade/process/path_looker.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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

struct OpenerQuestion;

// A question that takes longer than some seconds fails with ETIMEDOUT; the process that hangs in it is left
// behind, and the next question goes to another one.
class OpenerProcess : public base::Opener, public PathLooker {
 public:
  // Waits until a descriptor is readable; false: it was not by then.
  using Wait = std::function<bool(int fd, std::chrono::steady_clock::time_point end)>;

  // Forks: before there are threads and what a child should not have.
  static base::Result<std::unique_ptr<OpenerProcess>> start(OpenRules rules);
  // Returns when the child is gone, so that a server that ends leaves no process behind: systemd logs those.
  ~OpenerProcess() override;
  OpenerProcess(const OpenerProcess&) = delete;
  OpenerProcess& operator=(const OpenerProcess&) = delete;

  // This process gives up no rights, and so makes packet sockets itself.
  void keep_rights() { has_rights_ = true; }
  // What to do until an answer comes; at first nothing.
  void wait_by(Wait wait) { wait_ = std::move(wait); }
  // Readable when the child has ended, which it never does by itself: nothing can be opened any more.
  int ended_fd() const { return control_.get(); }

  // EACCES: the rules do not allow it. EPIPE: the child is gone.
  base::Fd file(const std::filesystem::path& path, int flags) override;
  // Bound to the interface, deaf to all but AoE frames there, and so for good; after keep_rights() an
  // ordinary one.
  base::Fd packet_socket(const std::string& interface, base::PacketUse use) override;
  // The child may look at other processes, as a server without rights may not.
  std::vector<OldServer> old_servers();
  std::vector<DiskHolder> disk_holders();

  void look(const std::filesystem::path& path) override;
  std::optional<Seen> take() override;
  // Readable when take() has something.
  int looks_fd() const { return looks_.get(); }

 private:
  OpenerProcess(pid_t pid, base::Fd control, base::Fd opens, base::Fd looks);
  base::Fd ask(OpenerQuestion& question);
  void replace(std::uint64_t worker, std::uint64_t given_up);

  pid_t pid_;
  base::Fd control_;
  base::Fd opens_;
  base::Fd looks_;
  Wait wait_;
  bool has_rights_ = false;
  std::uint64_t last_id_ = 0;
  std::uint64_t looking_for_ = 0;  // the question of the look that is under way
};

}  // namespace vblade
