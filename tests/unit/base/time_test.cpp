#include "base/time.h"

#include <gtest/gtest.h>

namespace pawl {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Time, SurvivesARoundTripThroughRfc3339) {
  const Instant t{Duration{1'795'489'632'250}};
  EXPECT_EQ(format_rfc3339(t), "2026-11-24T03:07:12.250Z");
  EXPECT_EQ(parse_rfc3339(format_rfc3339(t)), t);
  EXPECT_EQ(format_micro_time(t), "2026-11-24T03:07:12.250000Z");
}

TEST(Time, ReadsOffsetsAndAnyNumberOfDecimals) {
  EXPECT_EQ(parse_rfc3339("2026-11-24T05:07:12.250123456+02:00"), Instant{Duration{1'795'489'632'250}});
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), Instant{});
}

TEST(Time, RefusesWhatIsNotATime) {
  for (const char* text :
       {"", "yesterday", "2026-11-24", "2026-13-24T03:07:12Z", "2026-02-30T00:00:00Z", "2026-11-24T25:00:00Z",
        "2026-11-24T03:07:12", "2026-11-24T03:07:12.Z", "2026-11-24T03:07:12Zx"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Time, ReadsDurationsAsKubernetesWritesThem) {
  EXPECT_EQ(parse_duration("15s"), seconds{15});
  EXPECT_EQ(parse_duration("1m30s"), seconds{90});
  EXPECT_EQ(parse_duration("250ms"), Duration{250});
  EXPECT_EQ(parse_duration("1.5h"), minutes{90});
  EXPECT_EQ(parse_duration("24h"), hours{24});
  EXPECT_EQ(parse_duration("0"), Duration{0});
  for (const char* text : {"", "15", "-5s", "s", "1d", "1..5s", "9999999999h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Time, WritesTheShortestDuration) {
  EXPECT_EQ(format_duration(seconds{90}), "1m30s");
  EXPECT_EQ(format_duration(Duration{250}), "250ms");
  EXPECT_EQ(format_duration(hours{24}), "24h");
  EXPECT_EQ(format_duration(Duration{0}), "0s");
}

}  // namespace
}  // namespace pawl
