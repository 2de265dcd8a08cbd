#include "kernel/device_name.h"

#include <gtest/gtest.h>

using kernel::DeviceName;

TEST(DeviceName, IsReadAsPeopleWriteIt) {
  EXPECT_EQ(DeviceName::parse("e1.0")->text(), "e1.0");
  EXPECT_EQ(DeviceName::parse("1.0p3")->text(), "e1.0p3");
  EXPECT_EQ(DeviceName::parse("/dev/etherd/e65534.254p15")->text(), "e65534.254p15");
}

TEST(DeviceName, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "p1", "e1.0p", "e1.0p0", "e1.0p-1", "e1.0p1p1", "e1.0p256", "e1.255", "/dev/sda"}) {
    EXPECT_FALSE(DeviceName::parse(text)) << text;
  }
  EXPECT_EQ(DeviceName::parse("e1.0px").error().message,
            "'e1.0px' is not a device: write e1.0, or e1.0p1 for its first partition");
}
