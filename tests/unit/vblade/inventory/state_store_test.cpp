#include "vblade/inventory/state_store.h"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace {

constexpr aoe::Address kAddress{1, 2};

class StateStore : public testing::Test {
 protected:
  StateStore() {
    std::string name = "/tmp/aoe-state-XXXXXX";
    directory_ = ::mkdtemp(name.data());
  }
  ~StateStore() override { std::filesystem::remove_all(directory_); }

  void put(const std::string& text) { std::ofstream(directory_ / "e1.2.json") << text; }
  std::string text_of(const char* name) {
    std::ifstream in(directory_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::filesystem::path directory_;
};

}  // namespace

TEST_F(StateStore, KeepsWhatInitiatorsSet) {
  aoe::TargetState before;
  before.config_string = {std::byte{0}, std::byte{0xff}, std::byte{'x'}};
  before.mask = {*base::MacAddress::parse("00:80:c8:ca:ff:65")};
  before.reservation = {*base::MacAddress::parse("02:00:00:00:00:01"),
                        *base::MacAddress::parse("02:00:00:00:00:02")};
  vblade::StateFiles store(directory_);
  ASSERT_TRUE(store.save(kAddress, before));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "e1.2.json.new"));
  const auto after = vblade::StateFiles(directory_).load(kAddress);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->config_string, before.config_string);
  EXPECT_EQ(after->mask, before.mask);
  EXPECT_EQ(after->reservation, before.reservation);
}

TEST_F(StateStore, NothingKeptIsNoError) {
  const auto one = vblade::StateFiles(directory_).load(kAddress);
  ASSERT_TRUE(one);
  EXPECT_TRUE(one->config_string.empty());
}

TEST_F(StateStore, LeavesADamagedFileAndSaysThatItsExportIsNotServed) {
  for (const char* text :
       {"", "{", "[]", R"({"version":1})", R"({"config_string":"","mask":[],"reservation":[]})",
        R"({"version":"1","config_string":"","mask":[],"reservation":[]})",
        R"({"version":1,"config_string":"0","mask":[],"reservation":[]})",
        R"({"version":1,"config_string":"zz","mask":[],"reservation":[]})",
        R"({"version":1,"config_string":"","mask":["x"],"reservation":[]})",
        R"({"version":1,"config_string":"","mask":[1],"reservation":[]})",
        R"({"version":1,"config_string":"","mask":[],"reservation":7})"}) {
    put(text);
    const auto loaded = vblade::StateFiles(directory_).load(kAddress);
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(
        loaded.error().message,
        fmt::format(
            "'{0}/e1.2.json' is damaged: e1.2 is not served, because its mask list and reservation are not "
            "known; restore the file, or, to serve e1.2 to every host, remove it: rm -r '{0}/e1.2.json'",
            directory_.string()));
    EXPECT_EQ(text_of("e1.2.json"), text);
  }
}

TEST_F(StateStore, LeavesAFileOfAnotherVersion) {
  const std::string text = R"({"version":2,"config_string":"","mask":[],"reservation":[]})";
  put(text);
  const auto loaded = vblade::StateFiles(directory_).load(kAddress);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(
      loaded.error().message,
      fmt::format(
          "'{0}/e1.2.json' has version 2, and this vblade reads version 1: e1.2 is not served, because its "
          "mask list and reservation are not known; install the vblade that wrote it, or, to serve e1.2 to "
          "every host, remove it: rm -r '{0}/e1.2.json'",
          directory_.string()));
  EXPECT_EQ(text_of("e1.2.json"), text);
}

TEST_F(StateStore, SaysThatItCannotRead) {
  std::filesystem::create_directory(directory_ / "e1.2.json");
  const auto loaded = vblade::StateFiles(directory_).load(kAddress);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(
      loaded.error().message,
      fmt::format(
          "'{0}/e1.2.json' cannot be read: Is a directory: e1.2 is not served, because its mask list and "
          "reservation are not known; restore the file, or, to serve e1.2 to every host, remove it: "
          "rm -r '{0}/e1.2.json'",
          directory_.string()));
}

TEST_F(StateStore, KeepsTheKeysOfALaterVersion) {
  put(R"({"version":1,"config_string":"61","mask":[],"reservation":[],"uuid":"x","later":{"a":[1,2]}})");
  auto one = vblade::StateFiles(directory_).load(kAddress);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->config_string.size(), 1u);
  one->config_string.clear();
  ASSERT_TRUE(vblade::StateFiles(directory_).save(kAddress, *one));
  EXPECT_EQ(text_of("e1.2.json"),
            R"({"version":1,"config_string":"","mask":[],"reservation":[],"uuid":"x","later":{"a":[1,2]}})"
            "\n");
}

TEST_F(StateStore, SaysThatItCannotKeep) {
  std::filesystem::remove_all(directory_);
  std::ofstream(directory_) << "a file where the directory should be";
  const auto saved = vblade::StateFiles(directory_).save(kAddress, {});
  ASSERT_FALSE(saved);
  EXPECT_EQ(
      saved.error().message,
      fmt::format(
          "'{}/e1.2.json' cannot be read: Not a directory: e1.2 keeps its previous config string, mask list "
          "and reservation",
          directory_.string()));
}
