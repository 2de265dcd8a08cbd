#include "vblade/service.h"

#include "base/log.h"
#include "disk/blocking_engine.h"
#include "disk/uring_engine.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace vblade {

namespace {

// Their buffers take 1.1 GiB of address space, a quarter of it where that is all there is.
constexpr std::size_t kExchanges = sizeof(void*) > 4 ? 8192 : 2048;
constexpr unsigned kRingDepth = 1024;
// Batches that are served before the loop looks at anything else.
constexpr int kRounds = 16;
// At a start; less than its readiness is waited for.
constexpr std::chrono::seconds kCloserWait{10};

sigset_t service_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

std::chrono::nanoseconds steady_time() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

// On the only processor, looking for work keeps others from making it.
long processors() {
  return ::sysconf(_SC_NPROCESSORS_ONLN);
}

void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

std::string first_of(const Problems& problems) {
  std::string text = problems.front().message;
  if (problems.front().line > 0)
    text = fmt::format("{}:{}: {}", problems.front().file, problems.front().line, text);
  if (problems.size() > 1) text += fmt::format(" (and {} more)", problems.size() - 1);
  return text;
}

}  // namespace

void block_signals() {
  const sigset_t set = service_signals();
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

Service::Service(Machine& machine, ServiceOptions options)
    : machine_(machine),
      options_(std::move(options)),
      states_(options_.state),
      debts_(options_.state),
      serials_(options_.state),
      probe_(machine),
      spin_(processors() > 1 ? options_.spin : Spin::Time{0}) {}
Service::~Service() = default;

base::Result<std::unique_ptr<Service>> Service::create(Machine& machine, ServiceOptions options) {
  std::unique_ptr<Service> service(new Service(machine, std::move(options)));
  if (auto opened = service->open(); !opened) return std::unexpected(opened.error());
  return service;
}

base::Result<> Service::open() {
  auto loop = EventLoop::open();
  if (!loop) return std::unexpected(loop.error());
  loop_ = std::move(*loop);
  const sigset_t set = service_signals();
  signals_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) return base::fail_errno(errno, "cannot receive signals");
  loop_.watch(signals_.get(), [this] { take_signals(); });

  open_engine();
  auto pool = ExchangePool::create(kExchanges);
  if (!pool) return std::unexpected(pool.error());
  pool_ = std::move(*pool);
  if (auto keeper = open_keeper(); !keeper) return keeper;
  make_inventory();
  auto links = net::LinkMonitor::open();
  if (!links) return std::unexpected(links.error());
  links_ = std::move(*links);
  loop_.watch(links_->fd(), [this] {
    if (const auto events = links_->read(); events && !events->empty()) {
      link_keeper_->follow(links_->interfaces());
      take_up(left_out_watch_->interfaces_came(links_->interfaces()));
    }
  });
  watch_opener();
  return loop_.every(std::chrono::seconds(1), [this] { every_second(); });
}

void Service::watch_opener() {
  OpenerProcess& opener = *options_.opener;
  opener.wait_by([this](int fd, auto end) { return serve_until_readable(fd, end); });
  loop_.watch(opener.looks_fd(), [this] { disk_watch_->take_looks(); });
  loop_.watch(opener.ended_fd(), [this, &opener] {
    base::log::error("the process vblade-opener has ended: nothing can be opened any more, so vblade stops");
    loop_.forget(opener.ended_fd());
    loop_.forget(opener.looks_fd());
    opener_ended_ = stopping_ = true;
  });
}

base::Result<> Service::open_keeper() {
  if (!options_.state.empty()) {
    auto thread = StateThread::open(std::make_shared<StateFiles>(options_.state));
    if (!thread) return std::unexpected(thread.error());
    state_thread_ = std::move(*thread);
    loop_.watch(state_thread_->fd(), [this] { take_written_states(); });
  }
  keeper_ = std::make_unique<StateKeeper>(state_thread_.get(),
                                          [this](aoe::Address address) { return inventory_->find(address); });
  return {};
}

void Service::take_written_states() {
  for (const auto& [address, result] : state_thread_->take()) keeper_->written(address, result);
  server_->send_kept();
}

void Service::make_inventory() {
  server_ = std::make_unique<Server>(*engine_, *pool_, clock_, *keeper_);
  inventory_ = std::make_unique<Inventory>(*engine_, *server_, debts_);
  rollout_ = std::make_unique<Rollout>(
      *inventory_, Rollout::Surroundings{machine_, volumes_, states_, probe_, clock_, serials_});
  link_keeper_ = std::make_unique<LinkKeeper>(machine_, *server_, *inventory_);
  left_out_watch_ = std::make_unique<LeftOutWatch>(*inventory_);
  rival_watch_ = std::make_unique<RivalWatch>(*inventory_);
  server_->on_other_frame([this](Port& port, net::Frame frame) { return rival_watch_->hear(port, frame); });
  disk_watch_ = std::make_unique<DiskWatch>(*inventory_, *options_.opener);
  commands_ = std::make_unique<ControlCommands>(*inventory_, *keeper_, [this] { return reload(); });
}

void Service::open_engine() {
  if (auto ring = disk::UringEngine::open(kRingDepth)) {
    engine_ = std::move(*ring);
    loop_.watch(engine_->fd(), [] {}, true);
  } else {
    base::log::warning("{}: vblade waits for one disk after the other", ring.error().message);
    engine_ = std::make_unique<disk::BlockingEngine>();
  }
}

Problems Service::start(const config::Server& wanted) {
  Rollout::Options options = options_.rollout;
  options.closer_wait = kCloserWait;
  Problems problems = rollout_->apply(wanted, options);
  if (problems.empty()) left_out_watch_->start(wanted);
  if (!problems.empty() || options_.socket.empty()) return problems;
  auto control = ControlSocket::open(
      options_.socket, loop_,
      [this](const auto& words, const ControlAnswer& answer) { commands_->carry_out(words, answer); });
  if (control) {
    control_ = std::move(*control);
  } else {
    problems.push_back({"", 0, 0, control.error().message, ""});
  }
  return problems;
}

Service::End Service::run() {
  while (!stopping_) {
    bool busy = true;
    for (int round = 0; round < kRounds && busy; ++round) {
      busy = serve_ports();
      busy = server_->reap() || busy;
      busy = server_->release_held() || busy;
      busy = busy || server_->answer_broadcasts();
    }
    if (busy) {
      loop_.wait(std::chrono::milliseconds(0));
    } else if (!spin_for_work()) {
      const auto asleep = steady_time();
      const bool failed = loop_.sleep(port_fds(), time_to_sleep());
      if (failed) take_link_errors();
      spin_.work_came_after(steady_time() - asleep);
    }
  }
  return finish_in_flight();
}

// Until a limit lets the next request pass.
std::chrono::milliseconds Service::time_to_sleep() {
  const auto at = server_->next_release();
  if (!at) return std::chrono::milliseconds(-1);
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(*at - clock_.now()),
                  std::chrono::milliseconds(0));
}

// Not while disks work: the kernel's threads that work for them may need this processor.
bool Service::spin_for_work() {
  if (spin_.time().count() == 0 || pool_->in_use() > 0) return false;
  const auto until = steady_time() + spin_.time();
  do {
    if (serve_ports()) return true;
    relax();
  } while (steady_time() < until);
  return false;
}

bool Service::serve_ports() {
  bool busy = false;
  for (const auto& [name, port] : inventory_->ports()) {
    if (port->link() != nullptr && port->link()->pending()) busy = server_->serve(*port) || busy;
  }
  return busy;
}

// A link that went down says so to whoever receives from it, and its socket stays readable until then.
void Service::take_link_errors() {
  for (const auto& [name, port] : inventory_->ports()) {
    if (port->link() != nullptr) (void)server_->serve(*port);
  }
}

std::span<const int> Service::port_fds() {
  port_fds_.clear();
  for (const auto& [name, port] : inventory_->ports()) {
    if (port->link() != nullptr) port_fds_.push_back(port->link()->fd());
  }
  return port_fds_;
}

// For what a question to another process takes: those who are served already do not wait for it.
bool Service::serve_until_readable(int fd, std::chrono::steady_clock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    bool busy = serve_ports();
    busy = server_->reap() || busy;
    busy = server_->release_held() || busy;
    busy = server_->answer_broadcasts() || busy;
    std::vector<pollfd> waiting{{fd, POLLIN, 0}};
    for (const int port : port_fds()) waiting.push_back({port, POLLIN, 0});
    // The engine's descriptor stays readable, so what disks complete is asked for.
    const auto longest = pool_->in_use() > 0 ? std::chrono::milliseconds(1) : left;
    (void)::poll(waiting.data(), waiting.size(), busy ? 0 : static_cast<int>(longest.count()));
    if (waiting.front().revents != 0) return true;
  }
}

Service::End Service::finish_in_flight() {
  options_.manager.stopping();
  const auto deadline = std::chrono::steady_clock::now() + kStopTime;
  server_->drop_held();
  inventory_->write_back();
  while (in_flight()) {
    (void)server_->reap();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      report_unfinished();
      // What is lost is kept in the same directory, which would hold this thread.
      if (keeper_->pending() == 0) (void)inventory_->settle_losses();
      return End::hanging;
    }
    if (in_flight()) loop_.wait(std::min(left, std::chrono::milliseconds(100)));
  }
  if (!inventory_->settle_losses()) return End::lost_data;
  return opener_ended_ ? End::failed : End::clean;
}

bool Service::in_flight() const {
  return inventory_->outstanding() > 0 || keeper_->pending() > 0;
}

void Service::report_unfinished() const {
  if (inventory_->outstanding() > 0)
    base::log::error("stopping although {} requests are not finished: a disk does not answer",
                     inventory_->outstanding());
  if (keeper_->pending() > 0)
    base::log::error(
        "stopping although what initiators set on {} exports is not kept: the directory {} does not answer",
        keeper_->pending(), options_.state.string());
}

std::string Service::summary() const {
  const std::size_t exports = inventory_->exports().size();
  return fmt::format("{} {} served", exports, exports == 1 ? "export is" : "exports are");
}

std::vector<int> Service::release_all_but_hanging() {
  control_.reset();
  return inventory_->release_all_but_hanging();
}

void Service::take_signals() {
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
    if (signal.ssi_signo != SIGHUP) {
      stopping_ = true;
    } else if (const auto reloaded = reload(); !reloaded) {
      base::log::error("nothing changed: {}", reloaded.error().message);
    }
  }
}

// Ready again, whatever came of it: what was served before goes on being served.
base::Result<> Service::reload() {
  options_.manager.reloading(std::chrono::duration_cast<std::chrono::microseconds>(steady_time()));
  auto applied = apply_file();
  options_.manager.ready(summary());
  return applied;
}

base::Result<> Service::apply_file() {
  if (options_.config_file.empty()) return base::fail("there is no configuration file to reload");
  auto wanted = config::load_server(options_.config_file);
  Problems problems;
  if (wanted) {
    problems = rollout_->apply(*wanted, options_.rollout);
  } else {
    problems = std::move(wanted.error());
  }
  if (!problems.empty()) {
    for (const auto& problem : problems) base::log::error("{}", config::report({problem}));
    return base::fail("{}", first_of(problems));
  }
  left_out_watch_->start(*wanted);
  link_keeper_->make_room();
  base::log::info("{} is in force: {} exports", options_.config_file.string(), inventory_->exports().size());
  return {};
}

// What a `partial` configuration had to leave out has come. Its problems are what is left out now.
void Service::take_up(const config::Server* wanted) {
  if (wanted == nullptr) return;
  const config::Server again = *wanted;
  const std::size_t before = inventory_->exports().size();
  if (rollout_->apply(again, options_.rollout).empty()) left_out_watch_->start(again);
  base::log::info("tried again what was left out: {} exports are served, before {}",
                  inventory_->exports().size(), before);
}

void Service::every_second() {
  disk_watch_->look();
  rival_watch_->look();
  take_up(left_out_watch_->path_came());
  inventory_->sweep();
  if (const auto failures = keeper_->failures_to_report()) base::log::error("{}", *failures);
  if (control_) control_->expire();
}

}  // namespace vblade
