#include "disk/uring_engine.h"

#include "disk/inline_io.h"
#include "disk/volume.h"

#include <algorithm>
#include <array>

#include <fcntl.h>
#include <liburing.h>
#include <sys/eventfd.h>
#include <time.h>

namespace disk {

namespace {

// A device takes no more than it has room for; whoever brings more waits, also with RWF_NOWAIT and also when
// the ring is handed over, for reading ahead asks the device and takes no notice of either. So what goes
// through the page cache is tried by our own thread only while the device has next to nothing to do, and it
// is the kernel's threads that wait for a disk that hangs.
constexpr unsigned kUncrowded = 8;
// Operations that one device may have. The rest waits here, not in one of the kernel's threads.
constexpr unsigned kMostOfDevice = 128;
// A device with an operation older than this may hang. Then a page that has just left memory is not fetched
// by our own thread.
constexpr std::int64_t kLateMs = 20;
// The kernel's threads: enough for a few disks that hang at the same time.
constexpr unsigned kKernelThreads = 8 * kMostOfDevice;

// One thread submits and reaps, and completions may wait until it looks: fewer interruptions.
constexpr unsigned kSetup =
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_TASKRUN_FLAG;

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void prepare(io_uring_sqe& entry, const Operation& operation) {
  const int fd = operation.fd;
  switch (operation.kind) {
    case Operation::Kind::read:
      if (operation.pieces == 1) {
        io_uring_prep_read(&entry, fd, operation.piece[0].iov_base, static_cast<unsigned>(operation.bytes),
                           operation.offset);
      } else {
        io_uring_prep_readv(&entry, fd, operation.piece.data(), operation.pieces, operation.offset);
      }
      return;
    case Operation::Kind::write:
      if (operation.pieces == 1) {
        io_uring_prep_write(&entry, fd, operation.piece[0].iov_base, static_cast<unsigned>(operation.bytes),
                            operation.offset);
      } else {
        io_uring_prep_writev(&entry, fd, operation.piece.data(), operation.pieces, operation.offset);
      }
      return;
    case Operation::Kind::sync:
      io_uring_prep_fsync(&entry, fd, IORING_FSYNC_DATASYNC);
      return;
    case Operation::Kind::write_back:
      io_uring_prep_sync_file_range(&entry, fd, static_cast<unsigned>(operation.bytes), operation.offset,
                                    kWriteAndWait);
      return;
    case Operation::Kind::inquire:
      io_uring_prep_sync_file_range(&entry, fd, 1, kBehindEverything, SYNC_FILE_RANGE_WAIT_BEFORE);
      return;
    case Operation::Kind::punch:
      io_uring_prep_fallocate(&entry, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                              static_cast<off_t>(operation.offset), static_cast<off_t>(operation.bytes));
      return;
  }
}

// The next entry waits for this one, whatever comes of it.
void prepare_wait(io_uring_sqe& entry, const Operation& operation) {
  io_uring_prep_sync_file_range(&entry, operation.volume->wait_fd(), static_cast<unsigned>(operation.bytes),
                                operation.offset, SYNC_FILE_RANGE_WAIT_BEFORE);
  io_uring_sqe_set_data(&entry, nullptr);
  io_uring_sqe_set_flags(&entry, IOSQE_IO_HARDLINK);
}

}  // namespace

UringEngine::UringEngine() : ring_(std::make_unique<io_uring>()) {}

UringEngine::~UringEngine() {
  if (ring_->ring_fd >= 0) io_uring_queue_exit(ring_.get());
}

base::Result<std::unique_ptr<UringEngine>> UringEngine::open(unsigned depth) {
  std::unique_ptr<UringEngine> engine(new UringEngine);
  int status = io_uring_queue_init(depth, engine->ring_.get(), kSetup);
  if (status == -EINVAL) status = io_uring_queue_init(depth, engine->ring_.get(), 0);
  if (status < 0) {
    engine->ring_->ring_fd = -1;
    return base::fail_errno(-status, "io_uring is not available");
  }
  engine->arrived_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  status = io_uring_register_eventfd(engine->ring_.get(), engine->arrived_.get());
  if (status < 0) return base::fail_errno(-status, "io_uring cannot report completions");
  std::array<unsigned, 2> threads{kKernelThreads, kKernelThreads};
  io_uring_register_iowq_max_workers(engine->ring_.get(), threads.data());
  return engine;
}

UringEngine::Worker& UringEngine::worker_of(const Operation& operation) {
  return workers_[operation.volume->worker()];
}

bool UringEngine::is_late(const Volume& volume) const {
  const auto found = workers_.find(volume.worker());
  return found != workers_.end() && found->second.ages.age_ms(now_ms()) > kLateMs;
}

bool UringEngine::try_now(Operation& operation) {
  if (operation.kind == Operation::Kind::write && is_late(*operation.volume)) return false;
  const bool waits = operation.volume->nowait_support() != NowaitSupport::not_needed;
  if (waits && worker_of(operation).busy_with >= kUncrowded) return try_store(operation);
  return try_inline(operation);
}

void UringEngine::start(Operation& operation) {
  Worker& worker = worker_of(operation);
  if (worker.busy_with < kMostOfDevice) {
    submit(operation, worker);
  } else {
    worker.waiting.push(operation);
  }
}

void UringEngine::submit(Operation& operation, Worker& worker) {
  const unsigned entries = operation.after_write_back ? 2 : 1;
  while (io_uring_sq_space_left(ring_.get()) < entries) push();  // the kernel takes what stands in the queue
  if (operation.after_write_back) prepare_wait(*io_uring_get_sqe(ring_.get()), operation);
  io_uring_sqe* const entry = io_uring_get_sqe(ring_.get());
  prepare(*entry, operation);
  io_uring_sqe_set_data(entry, &operation);
  const bool direct = operation.volume->direct() && operation.fd == operation.volume->fd();
  // A file system without RWF_NOWAIT, such as one of another process, may ask somebody even before a read.
  const bool may_sleep =
      (!operation.volume->direct() && operation.volume->nowait_support() == NowaitSupport::none) ||
      (operation.kind == Operation::Kind::write && operation.volume->writes_may_sleep());
  if (!direct && (may_sleep || worker.busy_with >= kUncrowded)) io_uring_sqe_set_flags(entry, IOSQE_ASYNC);
  ++worker.busy_with;
  worker.ages.add(operation, now_ms());
  started_ += entries;
}

void UringEngine::push() {
  if (started_ == 0) return;
  if (const int taken = io_uring_submit(ring_.get()); taken > 0) {
    started_ -= std::min(started_, static_cast<unsigned>(taken));
  }
}

Operation* UringEngine::reap() {
  Operation* operation = nullptr;
  while (operation == nullptr) {  // what a wait came to is nobody's business
    io_uring_cqe* completion = nullptr;
    // Peeking runs what the kernel deferred, so that a finished operation is seen without a wait.
    if (io_uring_peek_cqe(ring_.get(), &completion) != 0 || completion == nullptr) return nullptr;
    operation = static_cast<Operation*>(io_uring_cqe_get_data(completion));
    if (operation != nullptr) operation->result = completion->res;
    io_uring_cqe_seen(ring_.get(), completion);
  }
  Worker& worker = worker_of(*operation);
  --worker.busy_with;
  worker.ages.remove(*operation);
  if (Operation* const next = worker.waiting.pop()) submit(*next, worker);
  return operation;
}

}  // namespace disk
