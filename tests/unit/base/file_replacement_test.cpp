#include "base/file_replacement.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace {

class FileReplacement : public testing::Test {
 protected:
  FileReplacement() {
    std::string name = (fs::temp_directory_path() / "aoe-replacement-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FileReplacement() override { fs::remove_all(folder_); }

  fs::path put(const char* name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  std::string text_of(const char* name) {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(folder_)) all.push_back(entry.path().filename());
    std::sort(all.begin(), all.end());
    return all;
  }
  static mode_t mode_of(const fs::path& file) {
    struct stat status{};
    ::stat(file.c_str(), &status);
    return status.st_mode & 07777;
  }
  static auto write(const fs::path& file, const std::string& text,
                    const base::FileReplacement::Form& form = {}) {
    return base::FileReplacement::write(file, text, form);
  }

  fs::path folder_;
};

}  // namespace

TEST_F(FileReplacement, TakesTheOldFilesPlaceAsAWhole) {
  const fs::path file = put("a", "old");
  auto fresh = write(file, "new", {.mode = 0600});
  ASSERT_TRUE(fresh);
  EXPECT_EQ(text_of("a"), "old");
  EXPECT_EQ(text_of(fresh->path().filename().c_str()), "new");
  ASSERT_TRUE(fresh->put_in_place());
  EXPECT_EQ(text_of("a"), "new");
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(FileReplacement, LeavesNothingWhenItIsNotPutInPlace) {
  const fs::path file = put("a", "old");
  ASSERT_TRUE(write(file, "new"));
  ASSERT_TRUE(write(file, "new", {.suffix = ".new"}));
  EXPECT_EQ(text_of("a"), "old");
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(FileReplacement, FollowsALinkAndKeepsTheMode) {
  const fs::path file = put("a", "old");
  ::chmod(file.c_str(), 0640);
  fs::create_symlink("a", folder_ / "link");
  ASSERT_TRUE(write(folder_ / "link", "new", {.like_before = true})->put_in_place());
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(text_of("a"), "new");
  EXPECT_EQ(mode_of(file), 0640u);
  ASSERT_TRUE(write(folder_ / "b", "new", {.like_before = true})->put_in_place());
  EXPECT_EQ(mode_of(folder_ / "b"), 0644u);
}

TEST_F(FileReplacement, OverwritesTheLeftoverOfAWriterWhoIsAlone) {
  const fs::path file = put("a", "old");
  ::chmod(put("a.new", "much that a killed run has left").c_str(), 0666);
  ASSERT_TRUE(write(file, "new", {.mode = 0600, .suffix = ".new"})->put_in_place());
  EXPECT_EQ(text_of("a"), "new");
  EXPECT_EQ(mode_of(file), 0600u);
  EXPECT_THAT(names(), testing::ElementsAre("a"));
}

TEST_F(FileReplacement, KeepsAwayFromANameThatIsTaken) {
  const fs::path file = put("a", "old");
  EXPECT_EQ(write(file, "new")->put_in_free_place().value(), false);
  EXPECT_EQ(text_of("a"), "old");
  EXPECT_EQ(write(folder_ / "b", "new")->put_in_free_place().value(), true);
  EXPECT_EQ(text_of("b"), "new");
  EXPECT_EQ(mode_of(folder_ / "b"), 0644u);
  EXPECT_THAT(names(), testing::ElementsAre("a", "b"));
}

TEST_F(FileReplacement, SaysWhichFileItCannotWrite) {
  const fs::path file = put("a", "no directory") / "b";
  EXPECT_EQ(write(file, "new").error().message,
            fmt::format("'{}' cannot be written: Not a directory", file.string()));
  EXPECT_EQ(write(file, "new", {.suffix = ".new"}).error().message,
            fmt::format("'{}.new' cannot be written: Not a directory", file.string()));
  fs::create_directory(folder_ / "directory");
  EXPECT_EQ(write(folder_ / "directory", "new")->put_in_place().error().message,
            fmt::format("'{}' cannot be replaced: Is a directory", (folder_ / "directory").string()));
}
