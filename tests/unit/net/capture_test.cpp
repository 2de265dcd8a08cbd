#include "net/capture.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace net {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

// A path in the test's own directory that goes with the test.
class TemporaryPath {
 public:
  TemporaryPath() : text_(testing::TempDir() + "aoe-capture-" + std::to_string(::getpid()) + ".pcap") {}
  ~TemporaryPath() { std::remove(text_.c_str()); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::array<std::byte, 60> frame_of(std::uint8_t type_high, std::uint8_t type_low) {
  std::array<std::byte, 60> frame{};
  frame[12] = std::byte{type_high};
  frame[13] = std::byte{type_low};
  return frame;
}

const CapturedFrame::Time kTime{seconds(1'700'000'000) + nanoseconds(123'456'789)};

void write_two(const std::string& path) {
  const auto aoe = frame_of(0x88, 0xa2);
  const auto ip = frame_of(0x08, 0x00);
  auto file = CaptureFile::create(path);
  ASSERT_TRUE(file) << file.error().message;
  file->write({kTime, aoe, 1514});
  file->write({kTime + seconds(1), ip, 60});
  ASSERT_TRUE(file->flush());
}

TEST(CaptureFile, IsReadBackWithTimesAndLengths) {
  const TemporaryPath path;
  write_two(path.text());
  auto capture = Capture::open_file(path.text(), "");
  ASSERT_TRUE(capture) << capture.error().message;
  const auto first = capture->next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->time, kTime);
  EXPECT_EQ((*first)->bytes.size(), 60U);
  EXPECT_EQ((*first)->wire_bytes, 1514U);
  EXPECT_FALSE(capture->ended());
  ASSERT_TRUE(capture->next().value());
  EXPECT_FALSE(capture->next().value());
  EXPECT_TRUE(capture->ended());
  EXPECT_EQ(capture->fd(), -1);
}

// Found by the fuzzer: pcapng counts seconds with 64 bits.
TEST(CaptureFile, KeepsToTimesThatNanosecondsCanCount) {
  const TemporaryPath path;
  ASSERT_TRUE(std::filesystem::copy_file(AOE_SOURCE_DIR "/tests/fuzz/corpus/capture/time-overflow",
                                         path.text(), std::filesystem::copy_options::overwrite_existing));
  auto capture = Capture::open_file(path.text(), "");
  ASSERT_TRUE(capture) << capture.error().message;
  const auto frame = capture->next();
  ASSERT_TRUE(frame && *frame);
  // libpcap's own header has no more than 32 bits for it where time_t has no more.
  EXPECT_EQ(std::chrono::floor<seconds>((*frame)->time.time_since_epoch()).count(),
            sizeof(std::time_t) > 4 ? 9'223'372'035 : 0);
}

TEST(CaptureFile, HoldsNoMoreOfAFrameThanWasOnTheWire) {
  const TemporaryPath path;
  auto file = CaptureFile::create(path.text());
  ASSERT_TRUE(file) << file.error().message;
  file->write({kTime, frame_of(0x88, 0xa2), 20});
  ASSERT_TRUE(file->flush());
  auto capture = Capture::open_file(path.text(), "");
  ASSERT_TRUE(capture) << capture.error().message;
  const auto frame = capture->next();
  ASSERT_TRUE(frame && *frame);
  EXPECT_EQ((*frame)->bytes.size(), 60U);
  EXPECT_EQ((*frame)->wire_bytes, 60U);
}

TEST(CaptureFile, IsReadThroughAFilter) {
  const TemporaryPath path;
  write_two(path.text());
  auto capture = Capture::open_file(path.text(), "ether proto 0x800");
  ASSERT_TRUE(capture);
  const auto only = capture->next();
  ASSERT_TRUE(only && *only);
  EXPECT_EQ((*only)->bytes[12], std::byte{0x08});
  EXPECT_FALSE(capture->next().value());
}

TEST(CaptureFile, WaitsForNothingAtItsEnd) {
  const TemporaryPath path;
  write_two(path.text());
  auto capture = Capture::open_file(path.text(), "ether proto 0x1234");
  ASSERT_TRUE(capture);
  const auto none = capture->next(std::chrono::steady_clock::now() + std::chrono::hours(1));
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST(CaptureFile, NamesAFileThatIsMissing) {
  const auto capture = Capture::open_file("/nosuch/frames.pcap", "");
  ASSERT_FALSE(capture);
  EXPECT_EQ(capture.error().message, "cannot read /nosuch/frames.pcap: No such file or directory");
}

TEST(CaptureFile, NamesAFileThatIsNoCapture) {
  const TemporaryPath path;
  std::ofstream(path.text()) << "this is a text, and no capture of frames at all";
  const auto capture = Capture::open_file(path.text(), "");
  ASSERT_FALSE(capture);
  EXPECT_THAT(capture.error().message, testing::StartsWith("cannot read " + path.text() + ": "));
}

TEST(CaptureFile, NamesAPathThatCannotBeWritten) {
  const auto file = CaptureFile::create("/nosuch/frames.pcap");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().message, "cannot write /nosuch/frames.pcap: No such file or directory");
}

TEST(CaptureFile, ReportsAFullDisk) {
  auto file = CaptureFile::create("/dev/full");
  ASSERT_TRUE(file) << file.error().message;
  const auto aoe = frame_of(0x88, 0xa2);
  file->write({kTime, aoe, 60});
  const auto flushed = file->flush();
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().message, "cannot write /dev/full: No space left on device");
}

TEST(Capture, NamesAFilterThatDoesNotCompile) {
  const TemporaryPath path;
  write_two(path.text());
  const auto capture = Capture::open_file(path.text(), "ether prato");
  ASSERT_FALSE(capture);
  EXPECT_THAT(capture.error().message,
              testing::StartsWith("cannot compile the packet filter \"ether prato\": "));
}

TEST(Capture, NamesAnInterfaceThatIsMissing) {
  const auto capture = Capture::open("nosuch0", {});
  ASSERT_FALSE(capture);
  EXPECT_THAT(capture.error().message,
              testing::StartsWith("interface \"nosuch0\" does not exist; there are: lo"));
}

}  // namespace
}  // namespace net
