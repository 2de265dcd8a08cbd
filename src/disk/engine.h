// Engine: carries out operations. The real one is an io_uring (disk/uring_engine.h), with a blocking one
// (disk/blocking_engine.h) where the kernel refuses it; tests have one that they drive by hand.
#pragma once

#include "disk/operation.h"

namespace disk {

class Engine {
 public:
  virtual ~Engine() = default;

  // Becomes readable when a completion arrives and stays so: for edge-triggered epoll, with a reap() until it
  // finds none. -1: there is nothing to wait for, reap() after start() finds all.
  virtual int fd() const = 0;
  // Does a read or write at once if that cannot block, and fills `result`. False: nothing was done.
  virtual bool try_now(Operation& operation) = 0;
  // An operation of the volume's device has been under way for so long that the device may hang.
  virtual bool is_late(const Volume& volume) const = 0;
  // Takes the operation on; it and its memory must stay until reap() hands it back.
  virtual void start(Operation& operation) = 0;
  // Hands what was started to the kernel, in one system call.
  virtual void push() = 0;
  // The next completed operation, or nullptr.
  virtual Operation* reap() = 0;
};

}  // namespace disk
