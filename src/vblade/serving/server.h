// Server: what happens to a frame. It knows links, engines and the clock only by their interfaces, has no
// system call of its own, and so is tested without root and without waiting. docs/ARCHITECTURE.md draws a
// frame's way.
#pragma once

#include "base/clock.h"
#include "disk/engine.h"
#include "disk/request.h"
#include "vblade/serving/broadcasts.h"
#include "vblade/serving/exchange.h"
#include "vblade/serving/export.h"
#include "vblade/serving/port.h"
#include "vblade/serving/state_keeper.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

namespace vblade {

class Server {
 public:
  // Replies to changes of an export's state wait until `keeper` has kept them.
  Server(disk::Engine& engine, ExchangePool& pool, base::Clock& clock, StateKeeper& keeper);

  // `other_frame` is called for frames that are no requests, and returns whether it knows what they are.
  void on_other_frame(std::function<bool(Port&, net::Frame)> other_frame) {
    other_frame_heard_ = std::move(other_frame);
  }

  // Handles the frames that wait at this port: one batch. False when there were none.
  bool serve(Port& port);
  // Takes what the disks completed, and sends the replies. False when there was nothing.
  bool reap();
  // Goes on with questions to all exports. False when there are none.
  bool answer_broadcasts();
  // Starts what a limit held back and may pass now. False when there was nothing.
  bool release_held();
  // When there is something; nothing: no limit holds anything back.
  std::optional<std::chrono::nanoseconds> next_release() const;
  // What a limit holds back is not answered any more: of an export that leaves, or of all.
  void drop_held(Export& exported);
  void drop_held();
  // Sends the replies that waited for the keeper.
  void send_kept() { send_all(); }
  // Tells initiators behind `port` that this export is here, or has changed.
  void advertise(Port& port, const Export& exported);

  // Where exports put completed requests.
  disk::RequestList& done() { return done_; }

 private:
  void handle(Port& port, net::Frame frame);
  void ask_some_exports();
  aoe::DropReason answer(Port& port, Export& exported, net::Frame frame);
  aoe::Judgement judge_change(const Port& port, Export& exported, net::Frame frame, base::MutableBytes reply);
  void post_when_kept(Exchange& exchange);
  Exchange* take(Port& port);
  bool has_room(const Exchange& exchange);
  void ask_disk(Exchange& exchange, const aoe::DiskWork& work);
  void ask_within_limit(Exchange& exchange);
  void release(Export& exported);
  void start(Exchange& exchange);
  void run_disks();
  void complete_done();
  void post(Exchange& exchange);
  void send(Port& port);
  void send_all();
  void give_back(Exchange& exchange);
  void count(Export& exported, const Exchange& exchange) const;

  disk::Engine& engine_;
  ExchangePool& pool_;
  base::Clock& clock_;
  StateKeeper& keeper_;
  Broadcasts broadcasts_;
  unsigned waiting_for_keeper_ = 0;
  std::function<bool(Port&, net::Frame)> other_frame_heard_;
  disk::RequestList done_;
  std::unordered_map<dev_t, unsigned> device_loads_;  // requests that the exports of a device hold
  std::vector<Export*> touched_;                      // have work in this batch
  std::vector<Export*> holding_;                      // requests that are over a limit
  std::vector<Port*> posted_;                         // have replies to send
  std::vector<net::OutFrame> out_;
  std::chrono::nanoseconds now_{};  // one look at the clock serves all frames of a batch
};

}  // namespace vblade
