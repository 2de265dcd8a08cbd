#include "kernel/attribute.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

struct Attribute : testing::Test {
  const fs::path folder = fs::path(testing::TempDir()) / ("attribute-" + std::to_string(::getpid()));

  Attribute() { fs::create_directories(folder); }
  ~Attribute() override { fs::remove_all(folder); }
  void put(const std::string& name, const std::string& text) { std::ofstream(folder / name) << text; }
};

}  // namespace

TEST_F(Attribute, IsTheFirstLine) {
  put("state", "up\nmore\n");
  put("empty", "");
  EXPECT_EQ(kernel::first_line(folder / "state"), "up");
  EXPECT_EQ(kernel::first_line(folder / "empty"), "");
  EXPECT_EQ(kernel::first_line(folder / "missing"), std::nullopt);
  EXPECT_EQ(kernel::first_line(folder), std::nullopt) << "a directory";
  EXPECT_EQ(kernel::attribute(folder / "missing"), "");
}

TEST_F(Attribute, IsWrittenWhole) {
  put("aoe_iflist", "");
  ASSERT_TRUE(kernel::write_at_once(folder / "aoe_iflist", "eth0 eth1"));
  EXPECT_EQ(kernel::attribute(folder / "aoe_iflist"), "eth0 eth1");
}

TEST_F(Attribute, ThatCannotBeWrittenIsNamed) {
  EXPECT_EQ(kernel::write_at_once(folder / "missing", "x").error().message,
            (folder / "missing").string() + ": No such file or directory");
  EXPECT_EQ(kernel::write_at_once("/dev/full", "x").error().message, "/dev/full: No space left on device");
}

TEST_F(Attribute, NamesAreSorted) {
  for (const char* name : {"p2", "p10", "dev"}) put(name, "");
  EXPECT_EQ(kernel::names_in(folder), (std::vector<std::string>{"dev", "p10", "p2"}));
  EXPECT_TRUE(kernel::names_in(folder / "missing").empty());
}
