#include "base/units.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

using std::chrono::milliseconds;

TEST(Units, SizesCarryBinaryOrDecimalUnits) {
  EXPECT_EQ(base::parse_size("4096").value(), 4096u);
  EXPECT_EQ(base::parse_size("512B").value(), 512u);
  EXPECT_EQ(base::parse_size("64KiB").value(), 65536u);
  EXPECT_EQ(base::parse_size("1.5GiB").value(), 3u << 29);
  EXPECT_EQ(base::parse_size("2 TB").value(), 2'000'000'000'000u);
  EXPECT_EQ(base::parse_size("1G").value(), 1u << 30) << "as truncate has it";
  EXPECT_EQ(base::parse_size("1.5M").value(), 3u << 19);
  EXPECT_EQ(base::parse_size("010").value(), 10u) << "never octal";
}

TEST(Units, SizesReachToTheLastNumberOf64Bits) {
  EXPECT_EQ(base::parse_size("18446744073709551615").value(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(base::parse_size("18014398509481983.5KiB").value(), 18446744073709551104u);
  EXPECT_EQ(base::parse_size("16777215.5TiB").value(), 18446743523953737728u);
  EXPECT_EQ(base::parse_size("18446744.073TB").value(), 18446744'073'000'000'000u);
}

TEST(Units, RefusesSizesItCannotRead) {
  for (const char* text :
       {"", "GiB", "-1", "1.GiB", "1gibi", "0x10", "1.5B", "1.2345KiB", "1.001KiB", "18446744073709551616",
        "99999999999999999999", "18014398509481984KiB", "16777216TiB", "18446744.074TB", "20000000TiB"}) {
    const auto size = base::parse_size(text);
    ASSERT_FALSE(size) << text;
    EXPECT_EQ(
        size.error().message,
        fmt::format("'{}' is not a size: write a number and a unit, as in 512B, 64KiB, 1MiB, 1.5GiB or 2TB",
                    text));
  }
}

TEST(Units, NamesBothMeaningsOfAUnitThatIsSpelledInAnotherWay) {
  EXPECT_EQ(
      base::parse_size("10gb").error().message,
      "'10gb' has no unit that is known: 10GB is 10,000,000,000 bytes, 10GiB is 10,737,418,240: write the "
      "one that is meant");
  EXPECT_EQ(
      base::parse_size("1.5 KIB").error().message,
      "'1.5 KIB' has no unit that is known: 1.5kB is 1,500 bytes, 1.5KiB is 1,536: write the one that is "
      "meant");
  EXPECT_TRUE(base::parse_size("20000000tb").error().message.contains("is not a size"));
}

TEST(Units, ATimeWithoutAUnitIsSeconds) {
  EXPECT_EQ(base::parse_duration("250ms").value(), milliseconds(250));
  EXPECT_EQ(base::parse_duration("1.5s").value(), milliseconds(1500));
  EXPECT_EQ(base::parse_duration("5m").value(), milliseconds(300'000));
  EXPECT_EQ(base::parse_duration("30").value(), milliseconds(30'000));
  EXPECT_EQ(base::parse_duration("0.5").value(), milliseconds(500));
  EXPECT_EQ(base::parse_duration("soon").error().message,
            "'soon' is not a time: write a number and a unit, as in 250ms, 30s, 5m or 1h");
}

TEST(Units, TimesReachToAYear) {
  EXPECT_EQ(base::parse_duration("8760h").value(), milliseconds(31'536'000'000));
  for (const char* text : {"8760.001h", "18446744073709551615ms", "5124095576030432h"}) {
    EXPECT_EQ(base::parse_duration(text).error().message,
              fmt::format("'{}' is not a time: write a number and a unit, as in 250ms, 30s, 5m or 1h", text));
  }
}

TEST(Units, TextForPeople) {
  EXPECT_EQ(base::size_text(512), "512 B");
  EXPECT_EQ(base::size_text(10ULL << 30), "10.0 GiB");
  EXPECT_EQ(base::duration_text(milliseconds(250)), "250 ms");
  EXPECT_EQ(base::duration_text(milliseconds(1500)), "1.5 s");
  EXPECT_EQ(base::duration_text(milliseconds(125'000)), "2 min 5 s");
}
