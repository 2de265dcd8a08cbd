// Service: the running program: one loop that waits for frames, disks, signals, interfaces and the control
// socket.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "config/server_config.h"
#include "disk/engine.h"
#include "disk/file_volume.h"
#include "net/link_monitor.h"
#include "vblade/control/control_commands.h"
#include "vblade/control/control_socket.h"
#include "vblade/inventory/debt_store.h"
#include "vblade/inventory/disk_watch.h"
#include "vblade/inventory/inventory.h"
#include "vblade/inventory/left_out_watch.h"
#include "vblade/inventory/link_keeper.h"
#include "vblade/inventory/machine.h"
#include "vblade/inventory/rival_watch.h"
#include "vblade/inventory/rollout.h"
#include "vblade/inventory/state_store.h"
#include "vblade/inventory/state_thread.h"
#include "vblade/process/event_loop.h"
#include "vblade/process/opener_process.h"
#include "vblade/process/service_manager.h"
#include "vblade/process/spin.h"
#include "vblade/serving/exchange.h"
#include "vblade/serving/server.h"
#include "vblade/serving/state_keeper.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace vblade {

struct ServiceOptions {
  std::filesystem::path config_file;  // read again on reload; empty: there is none
  std::filesystem::path socket;       // empty: no control socket
  std::filesystem::path state;        // directory for what initiators set; empty: it is forgotten
  std::chrono::microseconds spin{};   // the longest look for work before sleeping
  Rollout::Options rollout;
  ServiceManager manager;           // hears of reloads and of the stop
  OpenerProcess* opener = nullptr;  // outlives the service
};

// Blocks the signals that the service takes as events. Before any other thread or descriptor is made.
void block_signals();

// What disks get to finish what is in flight when the server is told to end.
constexpr std::chrono::milliseconds kStopTime{1750};

class Service {
 public:
  static base::Result<std::unique_ptr<Service>> create(Machine& machine, ServiceOptions options);
  ~Service();

  // Opens, locks and binds everything, and answers on the control socket from then on.
  Problems start(const config::Server& wanted);
  // How it ended.
  enum class End : std::uint8_t {
    clean,
    lost_data,  // a disk did not take what was acknowledged
    failed,     // a process that the server needs has ended
    hanging,    // something was not finished after kStopTime, and still uses memory
  };
  // Serves until TERM or INT, then finishes what is in flight, for kStopTime at most.
  End run();

  // After that: frees what can be freed without waiting, and returns the descriptors of what hangs.
  std::vector<int> release_all_but_hanging();

  const Inventory& inventory() const { return *inventory_; }
  // "3 exports are served"
  std::string summary() const;

 private:
  explicit Service(Machine& machine, ServiceOptions options);
  base::Result<> open();
  void open_engine();
  base::Result<> open_keeper();
  void make_inventory();
  void take_written_states();
  void take_signals();
  bool serve_ports();
  void take_link_errors();
  std::span<const int> port_fds();
  std::chrono::milliseconds time_to_sleep();
  bool spin_for_work();
  End finish_in_flight();
  bool in_flight() const;
  void watch_opener();
  bool serve_until_readable(int fd, std::chrono::steady_clock::time_point end);
  void report_unfinished() const;
  base::Result<> reload();
  base::Result<> apply_file();
  void take_up(const config::Server* wanted);
  void every_second();

  Machine& machine_;
  ServiceOptions options_;
  EventLoop loop_;
  std::vector<int> port_fds_;
  base::Fd signals_;
  std::optional<net::LinkMonitor> links_;
  std::unique_ptr<disk::Engine> engine_;
  std::unique_ptr<ExchangePool> pool_;
  std::unique_ptr<StateThread> state_thread_;  // none if states are not kept
  std::unique_ptr<StateKeeper> keeper_;
  std::unique_ptr<Server> server_;
  base::SteadyClock clock_;
  disk::FileVolumeOpener volumes_;
  StateFiles states_;
  DebtFiles debts_;
  Serials serials_;
  WireProbe probe_;
  std::unique_ptr<Inventory> inventory_;
  std::unique_ptr<Rollout> rollout_;
  std::unique_ptr<LinkKeeper> link_keeper_;
  std::unique_ptr<DiskWatch> disk_watch_;
  std::unique_ptr<RivalWatch> rival_watch_;
  std::unique_ptr<LeftOutWatch> left_out_watch_;
  std::unique_ptr<ControlCommands> commands_;
  std::unique_ptr<ControlSocket> control_;
  Spin spin_;
  bool stopping_ = false;
  bool opener_ended_ = false;
};

}  // namespace vblade
