#include "config/ethers.h"

#include "tests/unit/disk/scratch_file.h"

#include <fstream>

#include <gtest/gtest.h>

TEST(Ethers, NamesAddresses) {
  const ScratchFile file{0};
  std::ofstream(file.path())
      << "# clients\n00:80:C8:ca:ff:65 web\n8:0:20:1:2:3\tdb # the database\n\nrubbish x\n00:11 y\n";
  const auto names = config::read_ethers(file.path());
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(names.at("web").text(), "00:80:c8:ca:ff:65");
  EXPECT_EQ(names.at("db").text(), "08:00:20:01:02:03");
}

TEST(Ethers, NoFileNoNames) {
  EXPECT_TRUE(config::read_ethers("/nowhere/ethers").empty());
}
