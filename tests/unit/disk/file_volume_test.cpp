#include "disk/file_volume.h"

#include "tests/fakes/base/fake_opener.h"
#include "tests/unit/disk/scratch_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using disk::Claims;
using Volume = disk::FileVolume;

namespace {

std::string error_of(const disk::VolumeOptions& options, Claims&& claims = {}) {
  const auto volume = Volume::open(options, claims);
  return volume ? "opened" : volume.error().message;
}

}  // namespace

TEST(Volume, CountsWholeSectors) {
  const ScratchFile file(10 * 512 + 100);
  Claims claims;
  const auto volume = Volume::open({.path = file.path()}, claims);
  ASSERT_TRUE(volume);
  EXPECT_EQ(volume->sectors(), 10u) << "a part of a sector at the end is cut";
  EXPECT_EQ(volume->first_byte(), 0u);
  EXPECT_FALSE(volume->is_device());
}

TEST(Volume, ExportsAPart) {
  const ScratchFile file(10 * 512);
  Claims claims;
  const auto volume = Volume::open({.path = file.path(), .offset = 1024, .length = 2048}, claims);
  ASSERT_TRUE(volume);
  EXPECT_EQ(volume->sectors(), 4u);
  EXPECT_EQ(volume->first_byte(), 1024u);
}

TEST(Volume, SaysWhereThereIsNoDirectIo) {
  const ScratchFile file(4096);
  base::FakeOpener opener;
  opener.refuse = [](const auto&, int flags) { return (flags & O_DIRECT) != 0 ? EINVAL : 0; };
  EXPECT_EQ(error_of({.path = file.path(), .direct = true}),
            fmt::format("'{}' lies on a file system without direct I/O: export it without 'direct'",
                        file.path().string()));
  EXPECT_EQ(error_of({.path = file.path()}), "opened");
}

TEST(Volume, LocksJustItsPartBeyond4GiB) {
  constexpr std::uint64_t kGiB = 1 << 30;
  const ScratchFile file(6 * kGiB);
  Claims ours;
  const auto held = Volume::open({.path = file.path(), .offset = 5 * kGiB, .length = 1024}, ours);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->sectors(), 2u);
  EXPECT_EQ(error_of({.path = file.path(), .offset = kGiB, .length = 1024}), "opened");
  EXPECT_EQ(
      error_of({.path = file.path(), .offset = 5 * kGiB + 512}),
      fmt::format("'{}' is locked by another process: it is exported already, or a virtual machine uses it",
                  file.path().string()));
}

TEST(Volume, SaysWhatIsWrongWithAPath) {
  EXPECT_EQ(error_of({.path = "/nowhere/disk.img"}), "'/nowhere/disk.img' does not exist");
  EXPECT_EQ(error_of({.path = "/etc"}), "'/etc' is a directory: export a file or a block device");
  EXPECT_EQ(error_of({.path = "/dev/null"}), "'/dev/null' is neither a file nor a block device");
}

TEST(Volume, SaysWhatIsWrongWithASize) {
  const ScratchFile empty(0);
  EXPECT_EQ(error_of({.path = empty.path()}),
            fmt::format("'{}' is too small: it has 0 bytes, and a sector has 512", empty.path().string()));
  const ScratchFile file(1024);
  const std::string name = file.path().string();
  EXPECT_EQ(error_of({.path = file.path(), .offset = 1024}),
            fmt::format("offset 1024 lies beyond the end of '{}', which has 1024 bytes", name));
  EXPECT_EQ(
      error_of({.path = file.path(), .offset = 512, .length = 1024}),
      fmt::format("offset 512 and length 1024 reach beyond the end of '{}', which has 1024 bytes", name));
  EXPECT_EQ(error_of({.path = file.path(), .offset = 600}),
            fmt::format("less than one sector of '{}' lies behind offset 600", name));
}

TEST(Volume, SaysThatAFileIsNotWritable) {
  const ScratchFile file(1024);
  ::chmod(file.path().c_str(), 0444);
  constexpr uid_t kNobody = 65534;
  const uid_t before = ::geteuid();
  if (before == 0) {  // root may write everything
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  EXPECT_EQ(
      error_of({.path = file.path()}),
      fmt::format(
          "'{}' cannot be opened for writing (export it read-only, or make it writable): Permission denied",
          file.path().string()));
  EXPECT_EQ(error_of({.path = file.path(), .read_only = true}), "opened");
  ASSERT_EQ(::seteuid(before), 0);
}

TEST(Volume, RefusesWhatAnotherProcessExports) {
  const ScratchFile file(4096);
  Claims ours;
  const auto held = Volume::open({.path = file.path()}, ours);
  ASSERT_TRUE(held);
  // Claims of its own stand for another process: its lock belongs to another open file.
  const std::string refusal =
      fmt::format("'{}' is locked by another process: it is exported already, or a virtual machine uses it",
                  file.path().string());
  EXPECT_EQ(error_of({.path = file.path()}), refusal);
  EXPECT_EQ(error_of({.path = file.path(), .read_only = true}), refusal);
  EXPECT_EQ(error_of({.path = file.path(), .force = true}), "opened");
}

TEST(Volume, ReadersAndPartsDoNotShutEachOtherOut) {
  const ScratchFile file(4096);
  Claims ours;
  {
    const auto reader = Volume::open({.path = file.path(), .read_only = true}, ours);
    ASSERT_TRUE(reader);
    EXPECT_EQ(error_of({.path = file.path(), .read_only = true}), "opened");
  }
  const auto part = Volume::open({.path = file.path(), .length = 2048}, ours);
  ASSERT_TRUE(part);
  EXPECT_EQ(error_of({.path = file.path(), .offset = 2048}), "opened");
}

TEST(Volume, AReloadMayOpenTheSameFileBesideItself) {
  const ScratchFile file(4096);
  Claims claims;
  const auto before = Volume::open({.path = file.path(), .read_only = true}, claims);
  ASSERT_TRUE(before);
  EXPECT_TRUE(Volume::open({.path = file.path()}, claims));
}

TEST(Volume, SeesThatItsFileGrewOrShrank) {
  const ScratchFile file(4096);
  Claims claims;
  auto volume = Volume::open({.path = file.path()}, claims);
  ASSERT_TRUE(volume);
  EXPECT_FALSE(volume->refresh());
  file.resize(8192);
  EXPECT_TRUE(volume->refresh());
  EXPECT_EQ(volume->sectors(), 16u);
  file.resize(0);
  EXPECT_TRUE(volume->refresh());
  EXPECT_EQ(volume->sectors(), 0u);
}

TEST(Volume, SeesThatItsFileWasReplacedOrDeleted) {
  const ScratchFile file(4096);
  const ScratchFile other(4096);
  Claims claims;
  const auto volume = Volume::open({.path = file.path()}, claims);
  ASSERT_TRUE(volume);
  EXPECT_EQ(volume->path_state(), disk::PathState::same);
  std::filesystem::rename(other.path(), file.path());
  EXPECT_EQ(volume->path_state(), disk::PathState::other);
  std::filesystem::remove(file.path());
  EXPECT_EQ(volume->path_state(), disk::PathState::gone);
}
