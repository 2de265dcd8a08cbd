// FakeLink: a Link for tests. Frames arrive when the test says so, and what is sent is kept.
#pragma once

#include "base/fd.h"
#include "net/link.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

namespace net {

class FakeLink final : public Link {
 public:
  using Bytes = std::vector<std::byte>;

  explicit FakeLink(Interface interface, std::size_t batch = 64)
      : interface_(std::move(interface)), batch_(batch), waiting_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  ~FakeLink() override {
    if (on_close) on_close();
  }
  FakeLink(const FakeLink&) = delete;
  FakeLink& operator=(const FakeLink&) = delete;

  // What the test does and looks at.
  void arrive(base::Bytes frame) {
    waiting_frames_.emplace_back(frame.begin(), frame.end());
    (void)::eventfd_write(waiting_.get(), 1);
  }
  std::vector<Bytes> sent;     // whole frames, oldest first
  std::size_t ring = 1024;     // what room() says
  std::size_t send_calls = 0;  // how many batches they left in
  std::size_t refuse = 0;      // so many of the next frames are refused
  bool gone = false;           // send() fails from now on
  std::string filter;          // the last one set
  std::function<void()> on_close;
  Interface& mutable_interface() { return interface_; }

  // Link.
  const Interface& interface() const override { return interface_; }
  int fd() const override { return waiting_.get(); }
  bool pending() const override { return !waiting_frames_.empty(); }
  std::span<const Frame> receive() override {
    release();
    while (!waiting_frames_.empty() && held_.size() < batch_) {
      held_.push_back(std::move(waiting_frames_.front()));
      waiting_frames_.pop_front();
    }
    for (const Bytes& one : held_) frames_.emplace_back(one);
    counters_.received += frames_.size();
    if (waiting_frames_.empty()) {
      eventfd_t ignored = 0;
      (void)::eventfd_read(waiting_.get(), &ignored);
    }
    return frames_;
  }
  // Frees the frames' memory, so that a sanitizer sees who still reads it.
  void release() override {
    frames_.clear();
    held_.clear();
  }
  std::size_t room() const override { return ring; }
  base::Result<std::size_t> send(std::span<const OutFrame> frames) override {
    if (gone) return base::fail_errno(ENXIO, "interface {} is gone", interface_.name);
    ++send_calls;
    std::size_t left = 0;
    for (const OutFrame& one : frames) {
      if (refuse > 0) {
        --refuse;
        ++counters_.refused;
        continue;
      }
      Bytes whole(one.head.begin(), one.head.end());
      whole.insert(whole.end(), one.tail.begin(), one.tail.end());
      sent.push_back(std::move(whole));
      ++left;
    }
    counters_.sent += left;
    return left;
  }
  base::Result<> set_filter(const std::string& expression) override {
    filter = expression;
    return {};
  }
  void stop_hearing() override { filter = "nothing"; }
  LinkCounters counters() const override { return counters_; }

 private:
  Interface interface_;
  std::size_t batch_;
  base::Fd waiting_;
  std::deque<Bytes> waiting_frames_;
  std::vector<Bytes> held_;
  std::vector<Frame> frames_;
  LinkCounters counters_;
};

}  // namespace net
