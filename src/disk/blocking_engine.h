// BlockingEngine: one operation after the other, each waited for. For kernels without io_uring: correct,
// but a slow disk holds up every export.
#pragma once

#include "disk/engine.h"

namespace disk {

class BlockingEngine : public Engine {
 public:
  int fd() const override { return -1; }
  bool try_now(Operation& operation) override;
  bool is_late(const Volume& /*volume*/) const override { return false; }
  void start(Operation& operation) override;
  void push() override {}
  Operation* reap() override;

 private:
  OperationList done_;
};

}  // namespace disk
