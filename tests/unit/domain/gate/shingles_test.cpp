#include "domain/gate/shingles.h"

#include <gtest/gtest.h>

#include "domain/gate/fold_text.h"
#include "texts.h"

namespace pawl::domain {
namespace {

TEST(Jaccard, IsOneForTheSameTextAndZeroForStrangers) {
  const auto a = shingle_set("where is my money");
  EXPECT_EQ(jaccard(a, a), 1);
  EXPECT_EQ(jaccard(a, shingle_set("quick brown fox")), 0);
  EXPECT_EQ(jaccard({}, {}), 1);
}

TEST(Jaccard, CountsWhatIsShared) { EXPECT_DOUBLE_EQ(jaccard({1, 2, 3}, {2, 3, 4}), 0.5); }

TEST(NearPairs, AreExactlyThoseThatComparingEveryPairFinds) {
  Random random(7);
  std::vector<std::vector<std::uint64_t>> sets;
  for (int i = 0; i < 120; ++i) {
    std::string text = question(random);
    sets.push_back(shingle_set(fold_text(text)));
    if (i % 3 == 0) {
      sets.push_back(
          shingle_set(fold_text(text.replace(random.below(text.size()), 1 + random.below(20), made_up_word(random)))));
    }
  }
  sets.push_back({});
  for (const double threshold : {0.3, 0.5, 0.8, 1.0}) {
    std::vector<NearPair> all;
    for (std::size_t i = 0; i < sets.size(); ++i) {
      for (std::size_t j = i + 1; j < sets.size(); ++j) {
        if (!sets[i].empty() && !sets[j].empty() && jaccard(sets[i], sets[j]) >= threshold) {
          all.push_back({i, j, jaccard(sets[i], sets[j])});
        }
      }
    }
    EXPECT_EQ(near_pairs(sets, threshold), all) << threshold;
    if (threshold < 1) {
      EXPECT_GT(all.size(), 10U) << threshold;
    }
  }
}

}  // namespace
}  // namespace pawl::domain
