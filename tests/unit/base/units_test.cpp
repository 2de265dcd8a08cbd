#include "base/units.h"

#include <gtest/gtest.h>

using std::chrono::milliseconds;

TEST(Units, SizesCarryBinaryOrDecimalUnits) {
  EXPECT_EQ(base::parse_size("4096").value(), 4096u);
  EXPECT_EQ(base::parse_size("512B").value(), 512u);
  EXPECT_EQ(base::parse_size("64KiB").value(), 65536u);
  EXPECT_EQ(base::parse_size("1.5GiB").value(), 3u << 29);
  EXPECT_EQ(base::parse_size("2 TB").value(), 2'000'000'000'000u);
  EXPECT_EQ(base::parse_size("010").value(), 10u) << "never octal";
}

TEST(Units, RefusesSizesItCannotRead) {
  for (const char* text :
       {"", "GiB", "-1", "1.GiB", "1gib", "0x10", "1.5B", "99999999999999999999", "20000000TiB"}) {
    const auto size = base::parse_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_EQ(
        size.error().message,
        fmt::format("'{}' is not a size: write a number and a unit, as in 512B, 64KiB, 1MiB, 1.5GiB or 2TB",
                    text));
  }
}

TEST(Units, TimesNeedAUnit) {
  EXPECT_EQ(base::parse_duration("250ms").value(), milliseconds(250));
  EXPECT_EQ(base::parse_duration("1.5s").value(), milliseconds(1500));
  EXPECT_EQ(base::parse_duration("5m").value(), milliseconds(300'000));
  EXPECT_EQ(base::parse_duration("30").error().message,
            "'30' is not a time: write a number and a unit, as in 250ms, 30s, 5m or 1h");
}

TEST(Units, TextForPeople) {
  EXPECT_EQ(base::size_text(512), "512 B");
  EXPECT_EQ(base::size_text(10ULL << 30), "10.0 GiB");
  EXPECT_EQ(base::duration_text(milliseconds(250)), "250 ms");
  EXPECT_EQ(base::duration_text(milliseconds(1500)), "1.5 s");
  EXPECT_EQ(base::duration_text(milliseconds(125'000)), "2 min 5 s");
}
