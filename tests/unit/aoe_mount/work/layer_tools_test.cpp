#include "aoe_mount/work/layer_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using testing::ElementsAre;

TEST(LayerTools, NamesTheVolumesThatAreNotActive) {
  EXPECT_THAT(aoe_mount::inactive_volumes("  home|active|\n"
                                          "  WARNING: Device for PV not found.\n"
                                          "  data||\n"
                                          "  snapshot||skip activation\n"
                                          "  swap|active|\n"),
              ElementsAre("data"));
  EXPECT_TRUE(aoe_mount::inactive_volumes("").empty());
}
