// The real engines on real files: what they are asked for happens, and comes back.
#include "disk/blocking_engine.h"
#include "disk/file_volume.h"
#include "disk/queue.h"
#include "disk/uring_engine.h"
#include "tests/unit/disk/scratch_file.h"

#include <memory>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

using disk::Command;

namespace {

struct Kind {
  const char* name;
  bool uring;
  bool direct;
  const char* directory;
};

class Engine : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam().uring) {
      auto ring = disk::UringEngine::open(8);
      if (!ring) GTEST_SKIP() << ring.error().message;
      engine_ = std::move(*ring);
    } else {
      engine_ = std::make_unique<disk::BlockingEngine>();
    }
    auto volume = disk::FileVolume::open({.path = file_.path(), .direct = GetParam().direct}, claims_);
    if (!volume) GTEST_SKIP() << volume.error().message;
    volume_ = std::make_unique<disk::FileVolume>(std::move(*volume));
    queue_ = std::make_unique<disk::Queue>(*volume_, *engine_, disk::Durability::write, done_);
  }

  disk::Request& ask(Command command, std::uint64_t sector, std::uint32_t sectors, char fill = '\0') {
    auto& request = *requests_.emplace_back(std::make_unique<disk::Request>());
    auto* memory = static_cast<std::byte*>(::aligned_alloc(4096, 4096));
    buffers_.emplace_back(memory, &::free);
    request.command = command;
    request.sector = sector;
    request.sectors = sectors;
    request.buffer = {memory, 4096};
    if (command == Command::write) {
      std::fill_n(memory, sectors * 512, std::byte(fill));
      request.payload = request.buffer.first(sectors * 512);
    }
    queue_->add(request);
    return request;
  }
  void run() {
    queue_->run();
    engine_->push();
    while (queue_->outstanding() > 0) {
      if (disk::Operation* operation = engine_->reap()) {
        operation->queue->completed(*operation);
        engine_->push();
      } else {
        pollfd wait{engine_->fd(), POLLIN, 0};
        ASSERT_EQ(::poll(&wait, 1, 30'000), 1) << "nothing completes";
      }
    }
  }

  ScratchFile file_{1 << 20, GetParam().directory};
  disk::Claims claims_;
  disk::RequestList done_;
  std::unique_ptr<disk::Engine> engine_;
  std::unique_ptr<disk::Volume> volume_;
  std::unique_ptr<disk::Queue> queue_;
  std::vector<std::unique_ptr<disk::Request>> requests_;
  std::vector<std::unique_ptr<std::byte, decltype(&::free)>> buffers_;
};

}  // namespace

TEST_P(Engine, WritesAreReadBack) {
  for (unsigned i = 0; i < 40; ++i) ask(Command::write, i * 3, 2, static_cast<char>('a' + i % 26));
  run();
  EXPECT_EQ(file_.text(3 * 512, 1), "b");
  std::vector<disk::Request*> reads;
  for (unsigned i = 0; i < 40; ++i) reads.push_back(&ask(Command::read, i * 3, 2));
  run();
  for (unsigned i = 0; i < 40; ++i) {
    ASSERT_EQ(reads[i]->error, 0);
    ASSERT_EQ(reads[i]->data.size(), 1024u);
    EXPECT_EQ(static_cast<char>(reads[i]->data[1023]), 'a' + i % 26);
  }
}

TEST_P(Engine, FlushesAndTrims) {
  ask(Command::write, 8, 8, 'x');
  run();
  disk::Request& trim = ask(Command::trim, 0, 0);
  const disk::Extent extent{8, 8};
  trim.extents = {&extent, 1};
  disk::Request& flush = ask(Command::flush, 0, 0);
  run();
  EXPECT_EQ(flush.error, 0);
  if (trim.error == EOPNOTSUPP) GTEST_SKIP() << "this file system cannot punch holes";
  EXPECT_EQ(trim.error, 0);
  EXPECT_EQ(file_.text(8 * 512, 4096), std::string(4096, '\0'));
}

TEST_P(Engine, ATruncatedFileAnswersWithAnError) {
  file_.resize(4096);
  disk::Request& kept = ask(Command::read, 6, 2);
  disk::Request& lost = ask(Command::read, 8, 2);
  run();
  EXPECT_EQ(kept.error, 0);
  EXPECT_EQ(lost.error, EIO);
}

// A pipe that is empty is a disk that hangs.
TEST_P(Engine, KnowsThatAnOperationIsLate) {
  if (!GetParam().uring) {  // nothing is under way while it works
    EXPECT_FALSE(engine_->is_late(*volume_));
    return;
  }
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  std::byte memory{};
  disk::Operation operation;
  operation.volume = volume_.get();
  operation.fd = ends[0];
  operation.add(&memory, 1);
  engine_->start(operation);
  engine_->push();
  while (!engine_->is_late(*volume_)) std::this_thread::yield();
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  pollfd wait{engine_->fd(), POLLIN, 0};
  disk::Operation* done = nullptr;
  while ((done = engine_->reap()) == nullptr) ASSERT_EQ(::poll(&wait, 1, 30'000), 1);
  EXPECT_EQ(done, &operation);
  EXPECT_FALSE(engine_->is_late(*volume_));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_P(Engine, ReachesBeyond4GiB) {
  constexpr std::uint64_t kGiB = 1 << 30;
  file_.resize(5 * kGiB);
  ASSERT_TRUE(volume_->refresh());
  const std::uint64_t places[] = {2 * kGiB - 1024, 4 * kGiB - 1024, 5 * kGiB - 2048};
  for (const std::uint64_t place : places) ask(Command::write, place / 512, 4, 'x');
  disk::Request& flush = ask(Command::flush, 0, 0);
  run();
  EXPECT_EQ(flush.error, 0);
  for (const std::uint64_t place : places) {
    disk::Request& read = ask(Command::read, place / 512, 4);
    run();
    ASSERT_EQ(read.error, 0) << place;
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(read.data.data()), read.data.size()),
              std::string(2048, 'x'));
    EXPECT_EQ(file_.text(place, 2048), std::string(2048, 'x')) << place;
  }
  // What 31 or 32 bits would make of the second and third.
  EXPECT_EQ(file_.text(0, 2048), std::string(2048, '\0'));
  EXPECT_EQ(file_.text(kGiB - 2048, 2048), std::string(2048, '\0'));

  disk::Request& trim = ask(Command::trim, 0, 0);
  const disk::Extent extent{4 * kGiB / 512, 2};
  trim.extents = {&extent, 1};
  run();
  if (trim.error == EOPNOTSUPP) GTEST_SKIP() << "this file system cannot punch holes";
  EXPECT_EQ(file_.text(4 * kGiB - 1024, 2048), std::string(1024, 'x') + std::string(1024, '\0'));
}

INSTANTIATE_TEST_SUITE_P(On, Engine,
                         testing::Values(Kind{"uring", true, false, ScratchFile::usual_directory()},
                                         Kind{"uring_direct", true, true, ScratchFile::usual_directory()},
                                         Kind{"uring_memory", true, false, "/dev/shm"},
                                         Kind{"blocking", false, false, ScratchFile::usual_directory()}),
                         [](const auto& kind) { return kind.param.name; });
