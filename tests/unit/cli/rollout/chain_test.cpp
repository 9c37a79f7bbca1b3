#include "cli/rollout/chain.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "cli/rollout/provenance_screen.h"
#include "unit/cli/chains.h"

namespace pawl::cli {
namespace {

Chain walk(const std::vector<FoundRecord>& found, const ChainHead& head) {
  return walk_chain(found, head, "shop/support");
}
bool says(const Chain& chain, const std::string& text) {
  return chain.fault && chain.fault->find(text) != std::string::npos;
}

TEST(Chain, HoldsInWhateverOrderTheServerListsIt) {
  auto found = a_chain(4);
  const ChainHead head = head_of(found);
  std::reverse(found.begin(), found.end());
  const Chain chain = walk(found, head);
  EXPECT_FALSE(chain.fault) << *chain.fault;
  ASSERT_EQ(chain.links.size(), 4U);
  EXPECT_EQ(chain.links.front().record.sequence, 1);
  EXPECT_EQ(verification(chain), "4 records, chain holds\n");
}

TEST(Chain, IgnoresARecordWhoseStatusNeverFollowed) {
  auto found = a_chain(3);
  const ChainHead head = head_of(found);
  domain::Record twin = a_record(3, found[1].claimed_sha256);
  twin.message = "decided by a leader that died before it wrote the status";
  found.push_back(stored(twin));
  found.push_back(stored(a_record(4, found.back().claimed_sha256)));
  const Chain chain = walk(found, head);
  EXPECT_FALSE(chain.fault);
  EXPECT_EQ(chain.links.size(), 3U);
}

TEST(Chain, NamesTheRecordWhoseTextWasChanged) {
  auto found = a_chain(4);
  found[1].text.replace(found[1].text.find("nothing is wrong"), 16, "nothing was done");
  const Chain chain = walk(found, head_of(found));
  EXPECT_TRUE(says(chain, "record 2: the text in ConfigMap support-record-2-")) << *chain.fault;
}

TEST(Chain, NamesTheRecordThatIsMissing) {
  auto found = a_chain(4);
  const ChainHead head = head_of(found);
  found.erase(found.begin() + 1);
  EXPECT_TRUE(says(walk(found, head), "record 2: no stored record has the hash"));
}

TEST(Chain, IsNotMadeWholeByHashingAChangedTextAgain) {
  auto found = a_chain(4);
  domain::Record forged = a_record(2, found[0].claimed_sha256);
  forged.actor = "somebody else";
  found[1] = stored(forged);
  EXPECT_TRUE(says(walk(found, head_of(found)), "record 2: no stored record has the hash"));
}

TEST(Chain, MayStartLateWhenOlderRecordsWereRotatedAway) {
  auto found = a_chain(4);
  const ChainHead head = head_of(found);
  found.erase(found.begin(), found.begin() + 2);
  const Chain chain = walk(found, head);
  EXPECT_FALSE(chain.fault);
  EXPECT_EQ(verification(chain), "2 records, chain holds from record 3 on; older ones are not stored\n");
}

TEST(Chain, EndsAtTheHeadOfTheStatus) {
  const auto found = a_chain(3);
  EXPECT_TRUE(says(walk(found, {"4", sha256_hex("another")}), "head: record 4: no stored record has the hash"));
  EXPECT_TRUE(says(walk(found, {"7", found.back().claimed_sha256}), "its hash is that of record 3"));
  EXPECT_TRUE(says(walk(found, {"3", ""}), "no hash of it"));
}

TEST(Chain, BelongsToOneRollout) {
  const auto found = a_chain(2);
  EXPECT_TRUE(walk_chain(found, head_of(found), "shop/other").fault);
}

TEST(Chain, OfARolloutWithoutDecisionsIsEmptyAndHolds) {
  const Chain chain = walk({}, {});
  EXPECT_FALSE(chain.fault);
  EXPECT_EQ(verification(chain), "0 records, chain holds: nothing was decided yet\n");
}

TEST(Chain, RefusesATextThatIsNoRecord) {
  auto found = a_chain(1);
  found[0].text = "{}";
  found[0].claimed_sha256 = domain::record_sha256("{}");
  EXPECT_TRUE(says(walk(found, head_of(found)), "holds no record"));
}

TEST(RecordReader, ReadsWhatTheOperatorWrites) {
  domain::Record written = a_record(7, sha256_hex("parent"));
  written.margins = {{"refunds", 0.03, 0.07}};
  const auto read = read_record(domain::canonical_text(written));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(domain::canonical_text(*read), domain::canonical_text(written));
}

}  // namespace
}  // namespace pawl::cli
