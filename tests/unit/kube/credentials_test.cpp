#include "kube/credentials.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/manual_clock.h"

namespace pawl::kube {
namespace {

class CredentialsTest : public ::testing::Test {
 protected:
  void write(const std::string& text) const { std::ofstream(path) << text; }

  std::string path = ::testing::TempDir() + "credentials_token";
  std::shared_ptr<test::ManualClock> clock = std::make_shared<test::ManualClock>();
};

TEST_F(CredentialsTest, PrefersTheFileAndTrimsIt) {
  write("  from-file\n");
  Credentials credentials("fixed", path, clock);
  EXPECT_EQ(credentials.token(), "from-file");
}

TEST_F(CredentialsTest, ReadsTheFileAgainAfterFiftySeconds) {
  write("one");
  Credentials credentials("", path, clock);
  EXPECT_EQ(credentials.token(), "one");
  write("two");
  clock->advance(Duration{49'999});
  EXPECT_EQ(credentials.token(), "one");
  clock->advance(Duration{1});
  EXPECT_EQ(credentials.token(), "two");
}

TEST_F(CredentialsTest, KeepsTheLastGoodTokenWhenTheFileIsEmptyOrGone) {
  write("good");
  Credentials credentials("", path, clock);
  EXPECT_EQ(credentials.token(), "good");
  write(" \n");
  clock->advance(Credentials::kMaxAge);
  EXPECT_EQ(credentials.token(), "good");
  std::filesystem::remove(path);
  clock->advance(Credentials::kMaxAge);
  EXPECT_EQ(credentials.token(), "good");
}

TEST_F(CredentialsTest, OffersASecondTryOnlyWithADifferentToken) {
  write("old");
  Credentials credentials("", path, clock);
  EXPECT_EQ(credentials.token(), "old");
  EXPECT_FALSE(credentials.refresh("old"));
  write("new");
  EXPECT_TRUE(credentials.refresh("old"));
  EXPECT_EQ(credentials.token(), "new");
  EXPECT_TRUE(credentials.refresh("old")) << "another thread refreshed it";
  EXPECT_FALSE(Credentials("fixed", "", clock).refresh("fixed"));
}

}  // namespace
}  // namespace pawl::kube
