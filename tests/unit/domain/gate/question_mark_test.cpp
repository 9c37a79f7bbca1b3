#include "domain/gate/question_mark.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace pawl::domain {
namespace {

constexpr const char* kKey = "0123456789abcdef0123456789abcdef";

TEST(QuestionMark, LooksLikeARandomUuid) {
  const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (std::uint64_t nonce = 0; nonce < 200; ++nonce) {
    const std::string id = marked_conversation(kKey, nonce * 0x9e3779b97f4a7c15ULL);
    EXPECT_TRUE(std::regex_match(id, uuid)) << id;
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 200U);
}

TEST(QuestionMark, IsReadByWhoHasTheKey) {
  EXPECT_TRUE(is_marked(kKey, marked_conversation(kKey, 42)));
  EXPECT_FALSE(is_marked("another key of sixteen bytes", marked_conversation(kKey, 42)));
  EXPECT_TRUE(is_marked(std::string(100, 'k'), marked_conversation(std::string(100, 'k'), 42)))
      << "a key longer than a block is hashed first";
}

TEST(QuestionMark, NoDigitOfItCanBeChanged) {
  const std::string id = marked_conversation(kKey, 42);
  for (std::size_t i = 0; i < id.size(); ++i) {
    std::string other = id;
    other[i] = id[i] == '0' ? '1' : '0';
    EXPECT_FALSE(is_marked(kKey, other)) << "place " << i;
  }
}

TEST(QuestionMark, OtherIdsHaveNone) {
  for (const char* id : {"", "c1-17", "7d444840-9dc0-11d1-b245-5ffdce74fad2", "--------------------------------",
                         "00000000000000000000000000000000000000"}) {
    EXPECT_FALSE(is_marked(kKey, id)) << id;
  }
}

}  // namespace
}  // namespace pawl::domain
