#include "vblade/serving/export_table.h"

#include "tests/fakes/disk/fake_engine.h"
#include "tests/fakes/disk/fake_volume.h"
#include "vblade/serving/export.h"

#include <memory>

#include <gtest/gtest.h>

TEST(ExportTable, FindsEachOfThousandsAndNobodyElse) {
  disk::FakeEngine engine;
  disk::RequestList done;
  std::vector<std::unique_ptr<vblade::Export>> owned;
  std::vector<vblade::Export*> all;
  for (unsigned i = 0; i < 600; ++i) {
    config::Export settings;
    settings.address = {static_cast<std::uint16_t>(i / 255), static_cast<std::uint8_t>(i % 255)};
    owned.push_back(
        std::make_unique<vblade::Export>(settings, std::make_unique<disk::FakeVolume>(2048), engine, done));
    all.push_back(owned.back().get());
  }
  vblade::ExportTable table;
  EXPECT_EQ(table.find({0, 0}), nullptr);
  table.assign(all);
  for (vblade::Export* one : all) EXPECT_EQ(table.find(one->address()), one);
  EXPECT_EQ(table.find({9, 0}), nullptr);
  EXPECT_EQ(table.find({2, 254}), nullptr);
}
