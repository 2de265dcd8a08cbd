#include "vblade/serving/server.h"

#include "base/log.h"
#include "vblade/serving/translate.h"

#include <array>
#include <utility>

namespace vblade {

namespace {

// Replies that leave in one send. More are gained by no further saving, and their memory cools down.
constexpr std::size_t kMaxSend = 64;
// Exports that questions to all of them reach in a batch, beside its 16 frames.
constexpr std::size_t kBroadcastShare = 16;
// Of all exchanges: the part that the exports of one device may hold, and the part that is kept for exports
// with no request under way. So several devices that hang leave room, too.
constexpr std::size_t kDevicePart = 2;
constexpr std::size_t kKeptPart = 32;
// Replies that wait for the keeper: a directory that hangs must leave room for disk requests.
constexpr unsigned kMaxWaitingForKeeper = 256;

}  // namespace

Server::Server(disk::Engine& engine, ExchangePool& pool, base::Clock& clock, StateKeeper& keeper)
    : engine_(engine), pool_(pool), clock_(clock), keeper_(keeper) {
  out_.reserve(kMaxSend);
}

bool Server::serve(Port& port) {
  const std::span<const net::Frame> frames = port.link()->receive();
  if (frames.empty()) return false;
  now_ = clock_.now();
  for (const net::Frame frame : frames) handle(port, frame);
  ask_some_exports();
  run_disks();
  port.link()->release();  // payloads that wait were copied
  complete_done();
  send_all();
  engine_.push();
  return true;
}

bool Server::reap() {
  bool found = false;
  while (disk::Operation* operation = engine_.reap()) {
    operation->queue->completed(*operation);
    found = true;
  }
  if (!found) return false;
  complete_done();
  send_all();
  engine_.push();
  return true;
}

void Server::handle(Port& port, net::Frame frame) {
  ++port.counters.requests;
  aoe::Address address;
  if (!aoe::read_address(frame, address)) {
    if (!other_frame_heard_ || !other_frame_heard_(port, frame)) ++port.counters.malformed;
    return;
  }
  if (!address.is_broadcast()) {
    if (Export* exported = port.exports.find(address)) {
      answer(port, *exported, frame);
    } else {
      ++port.counters.not_ours;
    }
    return;
  }
  if (!broadcasts_.add(port, frame)) ++port.counters.dropped;
}

void Server::ask_some_exports() {
  broadcasts_.run(kBroadcastShare, [this](Port& port, Export& exported, net::Frame question) {
    aoe::Address address;
    if (!aoe::read_address(question, address) || !address.reaches(exported.address())) return true;
    const aoe::DropReason reason = answer(port, exported, question);
    return reason != aoe::DropReason::broadcast_risk && reason != aoe::DropReason::malformed;
  });
}

bool Server::answer_broadcasts() {
  if (!broadcasts_.pending()) return false;
  now_ = clock_.now();
  ask_some_exports();
  send_all();
  return true;
}

aoe::DropReason Server::answer(Port& port, Export& exported, net::Frame frame) {
  Exchange* exchange = take(port);
  if (exchange == nullptr) {
    ++port.counters.dropped;
    return aoe::DropReason::none;
  }
  exchange->exported = &exported;
  exchange->arrived = now_;
  const bool may_change = aoe::may_change_state(frame);
  if (may_change && waiting_for_keeper_ >= kMaxWaitingForKeeper) {
    ++exported.counters.dropped;
    give_back(*exchange);
    return aoe::DropReason::none;
  }
  const aoe::Judgement judgement = may_change
                                       ? judge_change(port, exported, frame, exchange->reply)
                                       : aoe::judge(frame, exported.target, port.wire, exchange->reply);
  if (judgement.reason == aoe::DropReason::masked || judgement.reason == aoe::DropReason::refused) {
    ++exported.counters.refused;
    exported.refused_last = base::MacAddress::load(frame.data() + base::MacAddress::kBytes);
  }
  if (judgement.verdict != aoe::Verdict::drop) {
    exchange->client = &exported.clients.of(base::MacAddress::load(frame.data() + base::MacAddress::kBytes));
    ++exchange->client->requests;
  }
  switch (judgement.verdict) {
    case aoe::Verdict::drop:
      if (judgement.reason == aoe::DropReason::malformed) ++exported.counters.dropped;
      give_back(*exchange);
      break;
    case aoe::Verdict::reply:
      ++exported.counters.others;
      exchange->reply_bytes = judgement.reply_bytes;
      exchange->data = {};
      if (may_change && keeper_.is_pending(exported)) {
        post_when_kept(*exchange);
      } else {
        post(*exchange);
      }
      break;
    case aoe::Verdict::disk:
      ask_disk(*exchange, judgement.work);
      break;
  }
  return judgement.reason;
}

// A change starts from those that are not kept yet, and counts when it is kept itself.
aoe::Judgement Server::judge_change(const Port& port, Export& exported, net::Frame frame,
                                    base::MutableBytes reply) {
  aoe::Target target = exported.target;
  static_cast<aoe::TargetState&>(target) = keeper_.wanted(exported);
  const aoe::Judgement judgement = aoe::judge(frame, target, port.wire, reply);
  if (judgement.state_changed) keeper_.change(exported, std::move(target));
  return judgement;
}

// Also the reply to a request that changed nothing: it may repeat one that is not kept yet.
void Server::post_when_kept(Exchange& exchange) {
  ++waiting_for_keeper_;
  keeper_.when_kept(*exchange.exported, [this, &exchange](const base::Result<>& kept) {
    --waiting_for_keeper_;
    if (!kept) exchange.reply_bytes = aoe::refuse_unkept(exchange.reply);
    post(exchange);
  });
}

Exchange* Server::take(Port& port) {
  Exchange* exchange = pool_.take();
  if (exchange == nullptr) {
    send_all();  // replies that wait hold some
    exchange = pool_.take();
  }
  if (exchange == nullptr) return nullptr;
  exchange->port = &port;
  ++port.outstanding;
  return exchange;
}

bool Server::has_room(const Exchange& exchange) {
  Export& exported = *exchange.exported;
  if (exported.device_load == nullptr) exported.device_load = &device_loads_[exported.volume->worker()];
  const unsigned own = exported.queue.outstanding();
  if (own == 0) return true;
  const std::size_t free = pool_.size() - pool_.in_use();
  return exported.queue.has_room(exchange) && *exported.device_load < pool_.size() / kDevicePart &&
         free >= pool_.size() / kKeptPart;
}

void Server::ask_disk(Exchange& exchange, const aoe::DiskWork& work) {
  Export& exported = *exchange.exported;
  exchange.work = work;
  exchange.command = disk_command(work.command);
  exchange.sender = disk_client(exchange.client->mac);
  if (!has_room(exchange)) {
    ++exported.counters.dropped;
    give_back(exchange);
    return;
  }
  exchange.sector = work.sector;
  exchange.sectors = work.sectors;
  exchange.payload = work.payload;
  if (work.command == aoe::DiskCommand::trim) {
    exchange.extents = extents_of(work.payload, exchange.buffer);
    exchange.payload = {};
  }
  exchange.durable = work.durable;
  exchange.data = {};
  if (exported.limiter.is_on()) {
    ask_within_limit(exchange);
  } else {
    start(exchange);
  }
}

void Server::start(Exchange& exchange) {
  Export& exported = *exchange.exported;
  ++*exported.device_load;
  exported.queue.add(exchange);
  if (!exported.touched) {
    exported.touched = true;
    touched_.push_back(&exported);
  }
}

void Server::run_disks() {
  for (Export* exported : touched_) {
    exported->touched = false;
    exported->queue.run();
  }
  touched_.clear();
}

void Server::complete_done() {
  if (done_.empty()) return;
  now_ = clock_.now();
  while (disk::Request* request = done_.pop()) {
    auto& exchange = static_cast<Exchange&>(*request);
    --*exchange.exported->device_load;
    if (exchange.dropped) {
      ++exchange.exported->counters.dropped;
      give_back(exchange);
      continue;
    }
    exchange.reply_bytes = aoe::finish(exchange.work, exchange.error, exchange.reply);
    count(*exchange.exported, exchange);
    post(exchange);
  }
}

void Server::count(Export& exported, const Exchange& exchange) const {
  exported.latency.add(now_ - exchange.arrived);
  ExportCounters& counters = exported.counters;
  ClientCounters& client = *exchange.client;
  if (exchange.error != 0 && exported.note_error(exchange)) ++client.errors;
  const std::uint64_t bytes = exchange.error == 0 ? exchange.sectors * base::kSectorBytes : 0;
  switch (exchange.command) {
    case disk::Command::read:
      ++counters.reads;
      counters.bytes_read += bytes;
      client.bytes_read += bytes;
      break;
    case disk::Command::write:
      ++counters.writes;
      counters.bytes_written += bytes;
      client.bytes_written += bytes;
      break;
    case disk::Command::flush:
      ++counters.flushes;
      break;
    case disk::Command::trim:
    case disk::Command::verify:
      ++counters.others;
      break;
  }
}

void Server::post(Exchange& exchange) {
  Port& port = *exchange.port;
  if (port.replies.empty()) posted_.push_back(&port);
  port.replies.push_back(&exchange);
  if (port.replies.size() >= kMaxSend) send(port);
}

// A reply with data is gathered from its header and the data where they lie.
void Server::send(Port& port) {
  out_.clear();
  for (const Exchange* exchange : port.replies) {
    const base::Bytes reply = exchange->reply;
    if (exchange->data.empty() || exchange->error != 0) {
      out_.push_back({reply.first(exchange->reply_bytes), {}});
    } else {
      out_.push_back({reply.first(aoe::kAtaHeaderBytes),
                      exchange->data.first(exchange->reply_bytes - aoe::kAtaHeaderBytes)});
    }
  }
  if (port.link() != nullptr && !out_.empty()) {
    if (const auto left = port.link()->send(out_)) {
      port.counters.replies += *left;
    } else {
      base::log::debug("{}: {}", port.name, left.error().message);  // link events bring it back
    }
  }
  for (Exchange* exchange : port.replies) give_back(*exchange);
  port.replies.clear();
}

void Server::send_all() {
  for (Port* port : posted_) send(*port);
  posted_.clear();
}

void Server::give_back(Exchange& exchange) {
  --exchange.port->outstanding;
  exchange.error = 0;
  pool_.give_back(exchange);
}

void Server::advertise(Port& port, const Export& exported) {
  if (port.link() == nullptr) return;
  std::array<std::byte, aoe::kMaxReplyBytes> frame;
  const auto send_to = [&](base::MacAddress destination) {
    const std::uint32_t bytes = aoe::advertise(exported.target, port.wire, frame, destination);
    const net::OutFrame out{base::Bytes(frame).first(bytes), {}};
    if (bytes > 0) (void)port.link()->send({&out, 1});  // lost is lost: initiators ask every minute
  };
  if (exported.target.mask.empty()) {
    send_to(base::MacAddress::broadcast());
  } else {
    for (const base::MacAddress& mac : exported.target.mask) send_to(mac);
  }
}

}  // namespace vblade
