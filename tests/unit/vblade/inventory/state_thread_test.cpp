#include "vblade/inventory/state_thread.h"

#include "tests/fakes/vblade/fake_state_store.h"

#include <future>

#include <gtest/gtest.h>
#include <poll.h>

namespace {

// A store whose file system answers when the test lets it.
class SlowStore : public FakeStateStore {
 public:
  base::Result<> save(aoe::Address address, const aoe::TargetState& state) override {
    begun.set_value();
    go.get_future().wait();
    if (address.slot == 9) return base::fail("no room");
    return FakeStateStore::save(address, state);
  }

  std::promise<void> begun;
  std::promise<void> go;
};

bool readable(int fd, int milliseconds) {
  pollfd one{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, milliseconds) == 1;
}

}  // namespace

TEST(StateThread, WritesWithoutMakingItsCallerWait) {
  auto store = std::make_shared<SlowStore>();
  auto thread = vblade::StateThread::open(store).value();
  thread->start({1, 0}, {.config_string = {std::byte{'x'}}, .mask = {}, .reservation = {}});
  store->begun.get_future().wait();
  EXPECT_FALSE(readable(thread->fd(), 0));
  EXPECT_TRUE(thread->take().empty());
  store->go.set_value();
  ASSERT_TRUE(readable(thread->fd(), 10'000));
  const auto written = thread->take();
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(written[0].address, (aoe::Address{1, 0}));
  EXPECT_TRUE(written[0].result);
  EXPECT_EQ(store->kept.at({1, 0}).config_string.size(), 1u);
  EXPECT_FALSE(readable(thread->fd(), 0)) << "the loop sleeps again";
}

TEST(StateThread, SaysWhyItCouldNot) {
  auto store = std::make_shared<SlowStore>();
  store->go.set_value();
  auto thread = vblade::StateThread::open(store).value();
  thread->start({1, 9}, {});
  ASSERT_TRUE(readable(thread->fd(), 10'000));
  EXPECT_EQ(thread->take().at(0).result.error().message, "no room");
}

TEST(StateThread, ItsEndWaitsForNoWrite) {
  auto store = std::make_shared<SlowStore>();
  auto thread = vblade::StateThread::open(store).value();
  thread->start({1, 0}, {});
  store->begun.get_future().wait();
  thread.reset();
  EXPECT_TRUE(store->kept.empty());
  store->go.set_value();
}
