// Server: what happens to a frame. It knows links, engines and the clock only by their interfaces, has no
// system call of its own, and so is tested without root and without waiting. docs/ARCHITECTURE.md draws a
// frame's way.
#pragma once

#include "base/clock.h"
#include "disk/engine.h"
#include "disk/request.h"
#include "vblade/serving/exchange.h"
#include "vblade/serving/export.h"
#include "vblade/serving/port.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

namespace vblade {

class Server {
 public:
  // `state_changed` is called when an initiator changed an export's config string, mask list or reservation.
  Server(disk::Engine& engine, ExchangePool& pool, base::Clock& clock,
         std::function<void(Export&)> state_changed);

  // Handles the frames that wait at this port: one batch. False when there were none.
  bool serve(Port& port);
  // Takes what the disks completed, and sends the replies. False when there was nothing.
  bool reap();
  // Tells initiators behind `port` that this export is here, or has changed.
  void advertise(Port& port, const Export& exported);

  // Where exports put completed requests.
  disk::RequestList& done() { return done_; }

 private:
  void handle(Port& port, net::Frame frame);
  void answer(Port& port, Export& exported, net::Frame frame);
  Exchange* take(Port& port);
  void ask_disk(Exchange& exchange, const aoe::DiskWork& work);
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
  std::function<void(Export&)> state_changed_;
  disk::RequestList done_;
  std::vector<Export*> touched_;  // have work in this batch
  std::vector<Port*> posted_;     // have replies to send
  std::vector<net::OutFrame> out_;
  std::chrono::nanoseconds now_{};  // one look at the clock serves all frames of a batch
};

}  // namespace vblade
