#include "domain/gate/decodings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "encodings.h"

namespace pawl::domain {
namespace {

constexpr const char* kText = "The lid does not close, can I have the money back? Köln";

TEST(Base64Runs, AreReadWhereverTheyStand) {
  EXPECT_EQ(decode_base64_runs(base64(kText)), std::string(kText) + "\n");
  EXPECT_EQ(decode_base64_runs("key: \"" + base64(kText) + "\", more"), std::string(kText) + "\n");
  EXPECT_EQ(decode_base64_runs(""), "");
}

TEST(Base64Runs, MayBeBrokenIntoLines) {
  std::string broken = base64(std::string(kText) + kText + kText);
  for (std::size_t at = 64; at < broken.size(); at += 67) broken.insert(at, "\n  ");
  EXPECT_EQ(decode_base64_runs(broken), std::string(kText) + kText + kText + "\n");
}

TEST(Base64Runs, MayBeGluedToALetterBefore) {
  for (const char* before : {"x", "xy", "xyz"}) {
    EXPECT_NE(decode_base64_runs(before + base64(kText)).find("lid does not close"), std::string::npos) << before;
  }
}

TEST(Base64Runs, AreNotFoundInProseOrHashes) {
  EXPECT_EQ(decode_base64_runs("An internationalisation of counterrevolutionaries, thoroughly."), "");
  EXPECT_EQ(decode_base64_runs("digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"), "");
}

TEST(Unescape, ReadsAStringOfJson) {
  EXPECT_EQ(unescape(R"(a\n\"b\" \u00e9 \ud83d\ude00 \x \u12)"), "a\n\"b\" é 😀 \\x \\u12");
  EXPECT_EQ(unescape("nothing to do"), "");
}

TEST(Rot13, UndoesItself) { EXPECT_EQ(rot13(rot13(kText)), kText); }

TEST(Readings, GoThroughTwoDecodings) {
  using ::testing::Contains;
  using ::testing::HasSubstr;
  EXPECT_THAT(readings_of(base64(base64(kText))), Contains(HasSubstr(kText)));
  EXPECT_THAT(readings_of(rot13(base64(kText))), Contains(HasSubstr(kText)));
  EXPECT_THAT(readings_of(base64(rot13(kText))), Contains(HasSubstr(kText)));
}

}  // namespace
}  // namespace pawl::domain
