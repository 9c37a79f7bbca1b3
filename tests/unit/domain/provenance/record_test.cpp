#include "domain/provenance/record.h"

#include <gtest/gtest.h>

#include "support/rollout_builders.h"

namespace pawl::domain {
namespace {

using testing::a_rollout;
using testing::decide;
using testing::kStart;
using testing::ref;

Record a_record(std::int64_t sequence, const std::string& parent) {
  Record r;
  r.sequence = sequence;
  r.at = kStart;
  r.actor = "pawl-operator";
  r.rollout = "shop/support";
  r.what = "RolledBack";
  r.revision = {"r2", "abc"};
  r.rule = "roll_back_on_regression";
  r.reason = "Lost";
  r.message = "refund: 0.9 -> 0.5 \"worse\"\n";
  r.policy_sha256 = "p";
  r.canary_before = 1000;
  r.scoreboard = {{"refund", 0.9, 0.5, 120, 60, CapabilityState::Lost}};
  r.parent_sha256 = parent;
  return r;
}

struct Chain {
  std::vector<StoredRecord> records;
  std::string head;
};

Chain a_chain(std::int64_t length) {
  Chain chain;
  for (std::int64_t i = 1; i <= length; ++i) {
    const Record r = a_record(i, chain.head);
    chain.records.push_back({i, canonical_text(r), r.parent_sha256});
    chain.head = record_sha256(chain.records.back().text);
  }
  return chain;
}

TEST(Record, TheCanonicalTextIsTheSameForEver) {
  EXPECT_EQ(
      canonical_text(a_record(7, "parent")),
      R"({"actor":"pawl-operator","at":"2026-11-24T03:00:00Z","canaryAfter":0,"canaryBefore":1000,"digest":"abc",)"
      R"("message":"refund: 0.9 -> 0.5 \"worse\"\u000a","parent":"parent","policy":"p","reason":"Lost","revision":"r2",)"
      R"("rollout":"shop/support","rule":"roll_back_on_regression","scoreboard":[{"canaryMean":0.5,"canaryN":60,)"
      R"("capability":"refund","stableMean":0.9,"stableN":120,"state":"Lost"}],"sequence":7,"what":"RolledBack"})");
}

TEST(Record, KeepsTheIntervalOfADifferenceBesideItsMeans) {
  Record r = a_record(7, "parent");
  r.scoreboard[0].difference = Interval{-0.5, -0.25};
  EXPECT_NE(canonical_text(r).find(
                R"("capability":"refund","differenceLower":-0.5,"differenceUpper":-0.25,"stableMean":0.9)"),
            std::string::npos)
      << canonical_text(r);
}

TEST(Record, HasTheMarginsThatTheLossLedgerNarrowed) {
  Observation seen = a_rollout().in_canary(2).judged(Verdict::Kind::Promote);
  seen.status.loss_ledger = {"r1", {{"refund", 0.07, 0}}};
  const Record record = make_record(seen, decide(seen, kStart + seen.spec.steps.back().soak), "pawl-operator");
  ASSERT_EQ(record.margins.size(), 1U);
  EXPECT_NEAR(record.margins[0].margin, 0.03, 1e-12);
  EXPECT_NE(canonical_text(record).find(R"(,"margins":[{"capability":"refund","lost":0.07,"margin":0.0)"),
            std::string::npos)
      << canonical_text(record);
}

TEST(Record, AnUntouchedChainVerifies) {
  const Chain chain = a_chain(5);
  EXPECT_EQ(verify_chain(chain.records, chain.head), std::nullopt);
  EXPECT_EQ(verify_chain({}, ""), std::nullopt);
}

TEST(Record, AChainMayBeginLaterWhenOldRecordsWereRotatedAway) {
  Chain chain = a_chain(5);
  chain.records.erase(chain.records.begin(), chain.records.begin() + 2);
  EXPECT_EQ(verify_chain(chain.records, chain.head), std::nullopt);
}

TEST(Record, EveryEditedRecordIsFound) {
  for (std::size_t i = 0; i < 5; ++i) {
    Chain chain = a_chain(5);
    std::string& text = chain.records[i].text;
    text.replace(text.find("Lost"), 4, "Kept");
    EXPECT_TRUE(verify_chain(chain.records, chain.head)) << "record " << i + 1;
  }
}

TEST(Record, AMissingRecordIsNamed) {
  Chain chain = a_chain(5);
  chain.records.erase(chain.records.begin() + 2);
  EXPECT_EQ(verify_chain(chain.records, chain.head), "record 4: the record before it is missing");
}

TEST(Record, ACutOffEndIsFound) {
  Chain chain = a_chain(5);
  chain.records.pop_back();
  EXPECT_TRUE(verify_chain(chain.records, chain.head));
  EXPECT_TRUE(verify_chain({}, chain.head));
}

TEST(Record, ExchangedRecordsAreFoundEvenWhenRenumbered) {
  Chain chain = a_chain(5);
  std::swap(chain.records[1].text, chain.records[2].text);
  EXPECT_TRUE(verify_chain(chain.records, chain.head));
}

TEST(Record, ARecordUnderAnotherNumberIsFound) {
  Chain chain = a_chain(3);
  for (StoredRecord& r : chain.records) r.sequence += 10;
  EXPECT_TRUE(verify_chain(chain.records, chain.head)) << "ten records would seem to have been rotated away";
}

TEST(Record, AFirstRecordHasNoParent) {
  const Record r = a_record(1, "made-up");
  const std::string text = canonical_text(r);
  EXPECT_TRUE(verify_chain({{1, text, "made-up"}}, record_sha256(text)));
}

TEST(Record, AForgedTailDoesNotMatchTheHead) {
  Chain chain = a_chain(3);
  const Record forged = a_record(4, chain.head);
  chain.records.push_back({4, canonical_text(forged), forged.parent_sha256});
  EXPECT_TRUE(verify_chain(chain.records, chain.head));
}

TEST(Record, SaysWhoWhatWhyAndHowTheShareMoved) {
  const auto seen = a_rollout().in_canary(1).judged(Verdict::Kind::RollBackGuardrail, "UnsafeTool", "2 events").build();
  const Advance answer = decide(seen, kStart);
  const Record r = make_record(seen, answer, "pawl-operator");
  EXPECT_EQ(r.what, "RolledBack");
  EXPECT_EQ(r.rule, "roll_back_on_guardrail");
  EXPECT_EQ(r.revision, ref("r2"));
  EXPECT_EQ(r.canary_before, 1000);
  EXPECT_EQ(r.canary_after, 0);
  EXPECT_EQ(r.sequence, seen.status.decisions + 1);
}

TEST(Record, ThePolicyHashChangesWithTheThresholdsAndOnlyWithThem) {
  const auto policy = [](auto change) {
    const auto seen = a_rollout().but(change).build();
    return make_record(seen, decide(seen, kStart), "x").policy_sha256;
  };
  const std::string base = policy([](Observation&) {});
  EXPECT_EQ(policy([](Observation& o) { o.spec.delivery.stable_replicas = 9; }), base);
  EXPECT_NE(policy([](Observation& o) { o.spec.analysis.margin = 0.1; }), base);
  EXPECT_NE(policy([](Observation& o) { o.spec.analysis.coverage = 0.8; }), base);
  EXPECT_NE(policy([](Observation& o) { o.spec.steps[0].weight = 50; }), base);
  EXPECT_NE(policy([](Observation& o) { o.spec.breakers.push_back({"b", "unsafe", 0, false}); }), base);
}

}  // namespace
}  // namespace pawl::domain
