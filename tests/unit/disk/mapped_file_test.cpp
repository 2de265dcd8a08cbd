#include "disk/mapped_file.h"

#include "tests/unit/disk/scratch_file.h"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace {

constexpr std::uint64_t kMiB = 1 << 20;

// A file of 3 MiB and a bit, half a page beyond its last whole one.
class MappedFile : public testing::Test {
 protected:
  static constexpr std::uint64_t kBytes = 3 * kMiB + 2048;

  MappedFile() : fd_(::open(scratch_.path().c_str(), O_RDWR | O_CLOEXEC)) {}
  ~MappedFile() override { ::close(fd_); }

  static base::Bytes bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }
  void fill() const { scratch_.write(0, std::string(kBytes, 'x')); }
  // Pages of a file in memory have nowhere to go.
  bool lies_on_a_disk() const {
    struct statfs system{};
    return ::fstatfs(fd_, &system) == 0 && system.f_type != TMPFS_MAGIC;
  }
  // What the kernel was asked is trusted for a moment: so ask until the answer is as wished.
  static bool soon(const auto& condition) {
    for (const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
         std::chrono::steady_clock::now() < until;
         std::this_thread::sleep_for(std::chrono::milliseconds(10))) {
      if (condition()) return true;
    }
    return false;
  }

  ScratchFile scratch_{kBytes};
  int fd_;
};

TEST_F(MappedFile, NeverShowsAnotherPlaceOfAFileThatIsTooLargeToMap) {
  constexpr std::uint64_t kLarge = 5ull << 30;
  constexpr std::uint64_t kFourGiB = 4ull << 30;
  scratch_.resize(kLarge);
  scratch_.write(0, "low");
  scratch_.write(kFourGiB, "high");
  const disk::MappedFile mapped(fd_, kLarge, true);
  constexpr bool kFits = sizeof(void*) > 4;
  const base::Bytes found = mapped.cached(kFourGiB, 4);
  ASSERT_EQ(found.size(), kFits ? 4u : 0u);
  EXPECT_EQ(std::memcmp(found.data(), "high", found.size()), 0);
  EXPECT_EQ(mapped.store(kFourGiB, bytes_of("HIGH")), kFits);
  EXPECT_EQ(scratch_.text(0, 3), "low");
}

TEST_F(MappedFile, MapsAgainWhatWasForgotten) {
  scratch_.write(0, "here");
  for (int count = 0; count < 1000; ++count) {
    const disk::MappedFile mapped(fd_, kBytes, true);
    ASSERT_EQ(mapped.cached(0, 4).size(), 4u) << "after " << count << " others";
  }
}

TEST_F(MappedFile, ShowsWhatIsInThePageCache) {
  scratch_.write(kMiB - 3, "across a window");
  const disk::MappedFile mapped(fd_, kBytes, true);
  const base::Bytes found = mapped.cached(kMiB - 3, 15);
  ASSERT_EQ(found.size(), 15u);
  EXPECT_EQ(std::memcmp(found.data(), "across a window", 15), 0);
}

TEST_F(MappedFile, SeesLaterWrites) {
  fill();
  const disk::MappedFile mapped(fd_, kBytes, true);
  const base::Bytes found = mapped.cached(kBytes - 512, 512);
  ASSERT_EQ(found.size(), 512u);
  scratch_.write(kBytes - 512, "new");
  EXPECT_EQ(std::memcmp(found.data(), "new", 3), 0);
}

TEST_F(MappedFile, HasNothingThatThePageCacheHasNot) {
  scratch_.write(0, "the first page alone");
  const disk::MappedFile mapped(fd_, kBytes, true);
  EXPECT_EQ(mapped.cached(0, 4096).size(), 4096u);
  EXPECT_TRUE(mapped.cached(4095, 2).empty());
  EXPECT_TRUE(mapped.cached(2 * kMiB, 512).empty());
}

TEST_F(MappedFile, NoticesThatPagesLeave) {
  if (!lies_on_a_disk()) GTEST_SKIP() << "needs a directory for temporary files on a disk, not in memory";
  fill();
  const disk::MappedFile mapped(fd_, kBytes, true);
  EXPECT_EQ(mapped.cached(0, 1024).size(), 1024u);
  scratch_.drop_cache();
  EXPECT_TRUE(soon([&] { return mapped.cached(0, 1024).empty(); }));
}

TEST_F(MappedFile, NoticesThatPagesCome) {
  if (!lies_on_a_disk()) GTEST_SKIP() << "needs a directory for temporary files on a disk, not in memory";
  fill();
  scratch_.drop_cache();
  const disk::MappedFile mapped(fd_, kBytes, true);
  EXPECT_TRUE(mapped.cached(2 * kMiB, 1024).empty());
  std::string text(1024, '\0');
  ASSERT_EQ(::pread(fd_, text.data(), text.size(), 2 * kMiB), 1024);
  EXPECT_TRUE(soon([&] { return mapped.cached(2 * kMiB, 1024).size() == 1024; }));
}

TEST_F(MappedFile, EndsWhereTheFileEnds) {
  fill();
  const disk::MappedFile mapped(fd_, kBytes, true);
  EXPECT_EQ(mapped.cached(kBytes - 1024, 1024).size(), 1024u);
  EXPECT_TRUE(mapped.cached(kBytes - 1024, 1025).empty());
  EXPECT_TRUE(mapped.cached(kBytes, 1).empty());
  EXPECT_TRUE(mapped.cached(~0ull, 1).empty());
  EXPECT_TRUE(mapped.cached(1, ~0ull).empty());
  EXPECT_TRUE(mapped.cached(0, 0).empty());
}

TEST_F(MappedFile, FindsNothingInWhatCannotBeMapped) {
  const disk::MappedFile closed(-1, kBytes, true);
  EXPECT_TRUE(closed.cached(0, 1).empty());
}

TEST_F(MappedFile, IsOneForAllPartsOfAFileUntilItGrows) {
  fill();
  const disk::MappedFile::File file{1, 2};
  const auto first = disk::MappedFile::shared(file, fd_, kBytes, false);
  EXPECT_EQ(disk::MappedFile::shared(file, fd_, kBytes, false), first);
  EXPECT_NE(disk::MappedFile::shared({1, 3}, fd_, kBytes, false), first);
  const auto writable = disk::MappedFile::shared(file, fd_, kBytes, true);
  EXPECT_NE(writable, first);
  EXPECT_EQ(disk::MappedFile::shared(file, fd_, kBytes, false), writable);
  scratch_.resize(2 * kBytes);
  const auto grown = disk::MappedFile::shared(file, fd_, 2 * kBytes, true);
  EXPECT_NE(grown, writable);
  EXPECT_EQ(first->cached(kBytes - 1024, 1024).size(), 1024u);
}

// What a file cut short means to the frames that were to carry its data: an error of the system call, no
// signal.
TEST_F(MappedFile, OfAFileCutShortIsAnErrorOfTheSystemCall) {
  fill();
  const disk::MappedFile mapped(fd_, kBytes, true);
  const base::Bytes found = mapped.cached(2 * kMiB, 1024);
  ASSERT_EQ(found.size(), 1024u);
  scratch_.resize(kMiB);
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
  EXPECT_EQ(::send(pair[0], found.data(), found.size(), 0), -1);
  EXPECT_EQ(errno, EFAULT);
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST_F(MappedFile, StoresWhatTheFileThenHas) {
  fill();
  const disk::MappedFile mapped(fd_, kBytes, true);
  const std::string text = "across a window";
  ASSERT_TRUE(mapped.store(kMiB - 3, bytes_of(text)));
  EXPECT_EQ(scratch_.text(kMiB - 4, text.size() + 2), "x" + text + "x");
  ASSERT_TRUE(mapped.store(kBytes - text.size(), bytes_of(text)));
  scratch_.drop_cache();  // which writes it to the disk before
  EXPECT_EQ(scratch_.text(kBytes - text.size(), text.size()), text);
}

TEST_F(MappedFile, StoresNothingWhereThePageCacheHasNothing) {
  scratch_.write(0, "the first page alone");
  const disk::MappedFile mapped(fd_, kBytes, true);
  const std::string text(2, 'y');
  EXPECT_FALSE(mapped.store(4095, bytes_of(text)));
  EXPECT_FALSE(mapped.store(2 * kMiB, bytes_of(text)));
  EXPECT_FALSE(mapped.store(kBytes - 1, bytes_of(text)));
  EXPECT_FALSE(mapped.store(~0ull, bytes_of(text)));
  EXPECT_EQ(scratch_.text(4095, 2), std::string(2, '\0'));
}

TEST_F(MappedFile, StoresNothingIntoWhatIsOnlyToBeRead) {
  fill();
  const disk::MappedFile mapped(fd_, kBytes, false);
  EXPECT_EQ(mapped.cached(0, 1024).size(), 1024u);
  EXPECT_FALSE(mapped.store(0, bytes_of("y")));
  EXPECT_EQ(scratch_.text(0, 1), "x");
}

TEST_F(MappedFile, SaysThatAFileCutShortTakesNothing) {
  fill();
  const disk::MappedFile mapped(fd_, kBytes, true);
  ASSERT_EQ(mapped.cached(2 * kMiB, 1024).size(), 1024u);
  scratch_.resize(kMiB);
  for (int again = 0; again < 2; ++again) EXPECT_FALSE(mapped.store(2 * kMiB, bytes_of("y")));
}

TEST_F(MappedFile, LeavesOthersBusErrorsAlone) {
  fill();
  const auto load_what_is_gone = [this] {
    const disk::MappedFile mapped(fd_, kBytes, true);
    if (!mapped.store(2 * kMiB, bytes_of("y"))) ::_exit(1);
    const base::Bytes found = mapped.cached(2 * kMiB, 1024);
    scratch_.resize(kMiB);
    std::fputc(static_cast<int>(found.front()), stderr);
    ::_exit(2);
  };
  EXPECT_EXIT(load_what_is_gone(), testing::KilledBySignal(SIGBUS), "");
}

}  // namespace
