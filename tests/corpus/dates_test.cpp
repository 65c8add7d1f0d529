// Dates as programs write them.
#include "shoal/corpus/dates.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(TimeOf, KnowsTheCalendar) {
  EXPECT_EQ(time_of("1970-01-02"), 86400);
  EXPECT_EQ(time_of("2016-02-29T05:00:00.000Z"), 1456704000 + 5 * 3600);
  for (const char* none :
       {"2017-02-29", "yesterday", "2017-13-01", "-201-04-30", "2017-00-01", "2017-1-1", ""}) {
    EXPECT_FALSE(time_of(none)) << none;
  }
}

TEST(TimeOf, CountsOffsets) {
  constexpr std::int64_t kDay = 1493510400;  // 2017-04-30
  EXPECT_EQ(time_of("2017-04-30T23:30:00-07:00"), kDay + (23 + 7) * 3600 + 1800);
  EXPECT_EQ(time_of("2017-04-30T23:30:00.000+0300"), kDay + (23 - 3) * 3600 + 1800);
  EXPECT_EQ(time_of("2017-04-30 23:30:00 +05:30"), kDay + 18 * 3600);
  EXPECT_EQ(time_of(" 2017-04-30T01:00+01 "), kDay);
  EXPECT_EQ(time_of("2017-04-30 01:00:00 UTC"), kDay + 3600);
  EXPECT_EQ(time_of("2017-04-30T00:00:00,123456"), kDay);
}

TEST(TimeOf, IsNothingWhereSomethingElseFollows) {
  for (const char* none :
       {"2017-04-30banana", "2017-04-30T", "2017-04-30T5", "2017-04-30T25:00:00Z", "2017-04-30T05:60",
        "2017-04-30T05:00:00.Z", "2017-04-30T05:00:00+99:00", "2017-04-30T05:00:00+05:3",
        "2017-04-30T05:00:00EST", "2017-04-30Z", "2017-04-30T05:00:00Z or so", "\x1B[31mred"}) {
    EXPECT_FALSE(time_of(none)) << none;
  }
}

TEST(DoubtfulTime, IsThatOfAClockThatWasNeverSetOrLaterThanItsRecord) {
  EXPECT_TRUE(is_doubtful_time(0, {}));
  EXPECT_TRUE(is_doubtful_time(86399, {}));
  EXPECT_FALSE(is_doubtful_time(86400, {}));
  EXPECT_FALSE(is_doubtful_time(4102444800, {})) << "no clock is asked";
  EXPECT_TRUE(is_doubtful_time(1493510401, 1493510400));
  EXPECT_FALSE(is_doubtful_time(1493510400, 1493510400));
}

}  // namespace
}  // namespace shoal
