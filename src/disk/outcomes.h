// Outcomes: the end of an export's requests. It counts those that are not done, and hands on those that are.
#pragma once

#include "disk/client_turns.h"
#include "disk/request.h"

namespace disk {

class Outcomes {
 public:
  // Completed requests are pushed to `done`, and their clients may bring others.
  Outcomes(RequestList& done, ClientTurns& turns) : done_(done), turns_(turns) {}

  // A request, or work of our own that the export must not be closed before.
  void begin() { ++outstanding_; }
  void end() { --outstanding_; }
  void finish(Request& request, int error) {
    --outstanding_;
    request.error = error;
    if (request.line != nullptr) turns_.leave(request);
    done_.push(request);
  }
  // Nothing was done, and nothing is answered.
  void drop(Request& request) {
    request.dropped = true;
    finish(request, 0);
  }
  unsigned outstanding() const { return outstanding_; }

 private:
  RequestList& done_;
  ClientTurns& turns_;
  unsigned outstanding_ = 0;
};

}  // namespace disk
