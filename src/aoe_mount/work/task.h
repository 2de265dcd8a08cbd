// Task: a piece of work in a child process. A process that waits for a dead target cannot be ended by any
// signal; a child can at least be left behind, so that nothing else waits for it.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <functional>
#include <string>

#include <sys/types.h>

namespace aoe_mount {

class Task {
 public:
  // `body` runs in the child, which has no other descriptors than its way back: one that is left behind
  // holds neither our lock nor the terminal. What it returns is the task's output.
  static base::Result<Task> start(const std::function<std::string()>& body);

  // Readable when there is something for collect().
  int fd() const { return fd_.get(); }
  // Takes what has come; true when the task is over and output() is whole.
  bool collect();
  const std::string& output() const { return output_; }
  void abandon();

 private:
  Task(base::Fd fd, pid_t pid) : fd_(std::move(fd)), pid_(pid) {}

  base::Fd fd_;
  pid_t pid_;
  std::string output_;
};

}  // namespace aoe_mount
