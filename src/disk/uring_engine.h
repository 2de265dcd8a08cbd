// UringEngine: operations through an io_uring, many in flight, none of them holding up another.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "disk/age_list.h"
#include "disk/engine.h"

#include <memory>
#include <unordered_map>

#include <sys/types.h>

struct io_uring;  // NOLINT(readability-identifier-naming): liburing's

namespace disk {

class UringEngine : public Engine {
 public:
  // `depth`: operations in flight before start() has to hand over early. Errors carry the errno: ENOSYS and
  // EPERM say that this kernel has no io_uring for us.
  static base::Result<std::unique_ptr<UringEngine>> open(unsigned depth);
  ~UringEngine() override;

  int fd() const override { return arrived_.get(); }
  bool try_now(Operation& operation) override;
  bool is_late(const Volume& volume) const override;
  void start(Operation& operation) override;
  void push() override;
  Operation* reap() override;

 private:
  // A block device that works for us.
  struct Worker {
    unsigned busy_with = 0;  // operations that the kernel has
    AgeList ages;            // of those
    OperationList waiting;   // for one of those to end
  };

  UringEngine();
  Worker& worker_of(const Operation& operation);
  void submit(Operation& operation, Worker& worker);

  std::unordered_map<dev_t, Worker> workers_;
  std::unique_ptr<io_uring> ring_;
  base::Fd arrived_;      // an eventfd: polling a ring whose completions are deferred wakes nobody
  unsigned started_ = 0;  // since the last push()
};

}  // namespace disk
