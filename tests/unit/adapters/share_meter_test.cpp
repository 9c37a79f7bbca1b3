#include "adapters/share_meter.h"

#include <gtest/gtest.h>

#include <cmath>

namespace pawl::adapters {
namespace {

constexpr Instant kChange{Duration{100'000}};
Instant after(int seconds) { return kChange + Duration{seconds * 1000}; }

std::vector<domain::Sample> counts(std::initializer_list<std::pair<int, double>> list) {
  std::vector<domain::Sample> out;
  for (const auto& [seconds, value] : list) out.push_back({after(seconds), value});
  return out;
}

const std::vector<domain::ShareChange> kChanges = {{kChange, 1000}};

TEST(ShareMeter, MeasuresTheShareSinceTheLastChange) {
  ShareMeter meter;
  meter.add(false, counts({{-10, 0}, {2, 1000}, {12, 1900}}));
  meter.add(true, counts({{-10, 500}, {2, 600}, {12, 700}}));
  EXPECT_EQ(meter.measure(kChanges, true).basis_points, 1000);
}

TEST(ShareMeter, WhatIsNotConfiguredIsNotMeasured) {
  ShareMeter meter;
  meter.add(false, counts({{2, 0}, {12, 900}}));
  meter.add(true, counts({{2, 0}, {12, 100}}));
  EXPECT_FALSE(meter.measure(kChanges, false).basis_points);
  EXPECT_FALSE(meter.measure(kChanges, false).configured);
}

TEST(ShareMeter, OneScrapeAfterTheChangeIsNotEnough) {
  ShareMeter meter;
  meter.add(false, counts({{-10, 0}, {5, 900}}));
  meter.add(true, counts({{-10, 0}, {5, 100}}));
  const auto share = meter.measure(kChanges, true);
  EXPECT_FALSE(share.basis_points);
  EXPECT_FALSE(share.about_zero) << "nothing seen is not zero";
}

TEST(ShareMeter, TheFirstSecondAfterAChangeStillBelongsToTheOldWeights) {
  ShareMeter meter;
  meter.add(false, counts({{0, 0}, {2, 0}, {12, 1000}}));
  meter.add(true, counts({{0, 0}, {2, 800}, {12, 800}}));  // all of it in the settling second
  EXPECT_TRUE(meter.measure(kChanges, true).about_zero);
}

TEST(ShareMeter, ACandidateThatStillGetsRequestsIsNotAtZero) {
  ShareMeter meter;
  meter.add(false, counts({{2, 0}, {12, 100}}));
  meter.add(true, counts({{2, 0}, {12, 3}}));
  EXPECT_FALSE(meter.measure(kChanges, true).about_zero);
}

TEST(ShareMeter, ABackendThatWasNeverAskedIsAtZeroOnceTheOtherProvesThatScrapesArrive) {
  ShareMeter meter;
  EXPECT_FALSE(meter.measure(kChanges, true).about_zero);
  meter.add(false, counts({{2, 0}, {12, 100}}));
  EXPECT_TRUE(meter.measure(kChanges, true).about_zero);
}

TEST(ShareMeter, ARestartedGatewayCountsFromZero) {
  ShareMeter meter;
  meter.add(false, counts({{2, 5000}, {12, 900}}));
  meter.add(true, counts({{2, 4000}, {12, 100}}));
  EXPECT_EQ(meter.measure(kChanges, true).basis_points, 1000);
}

TEST(ShareMeter, GarbageAndRepeatsAreIgnored) {
  ShareMeter meter;
  for (int again = 0; again < 2; ++again) {
    meter.add(false, counts({{2, 0}, {5, std::nan("")}, {6, -1}, {7, INFINITY}, {12, 900}}));
    meter.add(true, counts({{2, 0}, {12, 100}}));
  }
  EXPECT_EQ(meter.measure(kChanges, true).basis_points, 1000);
}

}  // namespace
}  // namespace pawl::adapters
