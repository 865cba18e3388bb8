// Values go to PostgreSQL's text and come back the same.

#include "store_pg/values.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <limits>

namespace fencepost::pg {
namespace {

RC_GTEST_PROP(Values, TimesKeepTheirMicroseconds, (std::int64_t any)) {
  const std::int64_t micros = any % 200'000'000'000'000'000;  // four thousand years BC and later
  const absl::Time time = absl::FromUnixMicros(micros);
  RC_ASSERT(ParseTime(TimeText(time)) == time);
}

TEST(Values, TimesAsTheServerWritesThem) {
  EXPECT_EQ(TimeText(absl::FromUnixMicros(1'700'000'000'123'456)), "2023-11-14 22:13:20.123456+00");
  EXPECT_EQ(ParseTime("2023-11-14 22:13:20+00"), absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(ParseTime("2023-11-14 22:13:20.12+00"), absl::FromUnixMillis(1'700'000'000'120));
  EXPECT_EQ(ParseTime("infinity"), absl::InfiniteFuture());
  EXPECT_EQ(ParseTime("-infinity"), absl::InfinitePast());
  EXPECT_EQ(ParseTime(TimeText(absl::InfiniteFuture())), absl::InfiniteFuture());
  EXPECT_EQ(ParseTime(TimeText(absl::InfinitePast())), absl::InfinitePast());
}

TEST(Values, WhatIsFinerThanAMicrosecondIsCut) {
  EXPECT_EQ(TimeText(absl::FromUnixNanos(1'999)), "1970-01-01 00:00:00.000001+00");
}

TEST(Values, DurationsAreMicrosecondsWithinBounds) {
  EXPECT_EQ(IntervalText(absl::Milliseconds(1500)), "1500000 microseconds");
  EXPECT_EQ(IntervalText(absl::InfiniteDuration()), "126144000000000000 microseconds");
}

TEST(Values, ArraysQuoteTheirElements) {
  EXPECT_EQ(ArrayText({}), "{}");
  EXPECT_EQ(ArrayText({"a", "b,c", "d\"e\\f"}), R"({"a","b,c","d\"e\\f"})");
}

TEST(Values, AZeroByteIsRefusedNotCutOff) {
  Parameters parameters;
  parameters.Add(std::string_view("a\0b", 3));
  EXPECT_EQ(parameters.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(Values, SequencesThatDoNotFitAreRefused) {
  Parameters parameters;
  parameters.Add(OperationId{BootId{std::numeric_limits<std::uint64_t>::max()}, 1});
  EXPECT_TRUE(parameters.status().ok());
  EXPECT_EQ(parameters.texts()[0], "-1");
  parameters.Add(OperationId{BootId{1}, std::numeric_limits<std::uint64_t>::max()});
  EXPECT_EQ(parameters.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace fencepost::pg
