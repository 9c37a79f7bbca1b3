#include "domain/lineage/bundle.h"

#include <gtest/gtest.h>

#include "base/sha256.h"

namespace pawl {
namespace {

TEST(BundleDigest, IsTheHashOfTheFramedFiles) {
  EXPECT_EQ(bundle_digest({{"a", "xy"}, {"b/c", ""}}), sha256_hex("1:a2:xy3:b/c0:"));
}

TEST(BundleDigest, DoesNotDependOnTheOrderOfReading) {
  EXPECT_EQ(bundle_digest({{"b", "2"}, {"a", "1"}}), bundle_digest({{"a", "1"}, {"b", "2"}}));
}

TEST(BundleDigest, ChangesWithOneByteOfContentOrOfPath) {
  const auto before = bundle_digest({{"prompt/system.md", "Be brief."}});
  EXPECT_NE(before, bundle_digest({{"prompt/system.md", "Be brief!"}}));
  EXPECT_NE(before, bundle_digest({{"prompt/System.md", "Be brief."}}));
}

TEST(BundleDigest, CannotBeForgedByMovingTextAcrossABoundary) {
  EXPECT_NE(bundle_digest({{"ab", "c"}}), bundle_digest({{"a", "bc"}}));
  EXPECT_NE(bundle_digest({{"a", "1"}, {"b", "2"}}), bundle_digest({{"a", "11:b1:2"}}));
}

}  // namespace
}  // namespace pawl
