// DrivenQueue: one export's queue, with an engine that the test drives by hand.
#pragma once

#include "disk/file_volume.h"
#include "disk/queue.h"
#include "tests/fakes/disk/fake_engine.h"
#include "tests/unit/disk/scratch_file.h"

#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

// Of 1000 sectors.
class DrivenQueue : public testing::Test {
 protected:
  struct Owned {
    std::vector<std::byte> buffer = std::vector<std::byte>(4096);
    std::vector<std::byte> payload;
    std::vector<disk::Extent> extents;
    disk::Request request;
  };

  // Opening reads a little; the cache is empty as long as no test writes to the file.
  DrivenQueue() { file_.drop_cache(); }

  void promise(disk::Durability durability) { queue_.set_durability(durability); }

  // Adds a request to the batch; its name in `finished()` is its place among all that were asked.
  disk::Request& ask(disk::Command command, std::uint64_t sector = 0, std::uint32_t sectors = 0,
                     disk::Client client = 0) {
    auto& one = *requests_.emplace_back(std::make_unique<Owned>());
    one.request.command = command;
    one.request.sender = client;
    one.request.sector = sector;
    one.request.sectors = sectors;
    one.request.buffer = one.buffer;
    if (command == disk::Command::write) {
      one.payload.assign(sectors * 512u, std::byte(requests_.size()));
      one.request.payload = one.payload;
    }
    queue_.add(one.request);
    return one.request;
  }
  disk::Request& trim(std::vector<disk::Extent> extents) {
    disk::Request& request = ask(disk::Command::trim);
    requests_.back()->extents = std::move(extents);
    request.extents = requests_.back()->extents;
    return request;
  }
  void run() {
    queue_.run();
    for (auto& one : requests_)
      one->payload.assign(one->payload.size(), std::byte{0xee});  // the ring goes on
  }
  void reap() {
    while (auto* operation = engine_.reap()) operation->queue->completed(*operation);
  }
  // Completes all that the engine has, and what that starts, until nothing is in flight.
  void drain() {
    while (!engine_.in_flight.empty()) {
      engine_.complete();
      reap();
    }
  }
  // "0 ok", "1 EIO": since the last call, in the order of completion.
  std::vector<std::string> finished() {
    std::vector<std::string> names;
    while (disk::Request* request = done_.pop()) {
      std::size_t number = 0;
      while (&requests_[number]->request != request) ++number;
      const std::string error = request->error == 0        ? "ok"
                                : request->error == EIO    ? "EIO"
                                : request->error == ENOSPC ? "ENOSPC"
                                : request->error == ERANGE ? "ERANGE"
                                                           : std::to_string(request->error);
      names.push_back(fmt::format("{} {}", number, error));
    }
    return names;
  }
  std::vector<std::string> log() { return std::exchange(engine_.log, {}); }

  ScratchFile file_{1000 * 512};
  disk::Claims claims_;
  disk::FileVolume volume_ = disk::FileVolume::open({.path = file_.path()}, claims_).value();
  disk::FakeEngine engine_;
  disk::RequestList done_;
  disk::Queue queue_{volume_, engine_, disk::Durability::flush, done_};
  std::vector<std::unique_ptr<Owned>> requests_;
};
