// LinkMonitor: tells what happens to this network namespace's interfaces while it happens: they appear,
// vanish, go up and down, change their MTU, MAC or name.
#pragma once

#include "base/result.h"
#include "net/interface.h"

#include <memory>
#include <span>
#include <vector>

namespace net {

struct LinkEvent {
  enum class Kind { appeared, vanished, changed };
  Kind kind = Kind::changed;
  Interface before;  // default for appeared
  Interface now;     // default for vanished; an interface moved to another namespace has vanished
};

// What happened between two pictures, by index: vanished ones first, so that a name that an interface gave up
// is free before another is told to bear it.
std::vector<LinkEvent> link_events(std::span<const Interface> before, std::span<const Interface> now);

class LinkMonitor {
 public:
  static base::Result<LinkMonitor> open();
  LinkMonitor(LinkMonitor&&) noexcept;
  LinkMonitor& operator=(LinkMonitor&&) noexcept;
  ~LinkMonitor();

  // Readable when something may have happened; for epoll.
  int fd() const;
  // The interfaces as of open() or the last read(), by index.
  const std::vector<Interface>& interfaces() const;
  // What happened since, without blocking; empty when nothing that Interface shows did. When more happened
  // than the kernel could queue, the steps between are lost but never the outcome.
  base::Result<std::vector<LinkEvent>> read();

 private:
  struct State;
  explicit LinkMonitor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace net
