// Outcomes: the end of an export's requests. It counts those that are not done, and hands on those that are.
#pragma once

#include "disk/request.h"

namespace disk {

class Outcomes {
 public:
  // Completed requests are pushed to `done`.
  explicit Outcomes(RequestList& done) : done_(done) {}

  // A request, or work of our own that the export must not be closed before.
  void begin() { ++outstanding_; }
  void end() { --outstanding_; }
  void finish(Request& request, int error) {
    --outstanding_;
    request.error = error;
    done_.push(request);
  }
  unsigned outstanding() const { return outstanding_; }

 private:
  RequestList& done_;
  unsigned outstanding_ = 0;
};

}  // namespace disk
