// The ledger of a gate without a cluster.
#include "gate/ledger_file.h"

#include <gtest/gtest.h>

#include "unit/gate/cases.h"

namespace pawl::gate {
namespace {

using domain::GateVerdict;
using tests::TemporaryFile;

domain::GateBinding binding(const std::string& candidate = "candidate") {
  return {candidate, "stable", "suites", "graders", "policy"};
}

domain::RevisionGate verdict(GateVerdict kind, const std::string& candidate = "candidate") {
  domain::RevisionGate out;
  out.verdict = kind;
  out.reason = "SkillLost";
  out.message = "a capability was lost";
  out.binding = binding(candidate);
  out.decided_at = Instant{Duration{1000}};
  out.expires_at = Instant{Duration{5000}};
  out.evidence = {{"refunds", domain::SkillState::Lost}};
  return out;
}

LedgerCharge charge(int cases = 20, domain::Tier tier = domain::Tier::HeldOut) {
  RunOrder order;
  order.cases = tests::some_cases(cases);
  order.tiers.assign(order.cases.size(), tier);
  return charge_of(order);
}

std::unique_ptr<LedgerFile> opened(const TemporaryFile& file) {
  auto out = LedgerFile::open(file.path());
  EXPECT_TRUE(out) << (out ? "" : out.error().message);
  return out ? std::move(*out) : nullptr;
}

TEST(LedgerFile, AnswersAFailureAgainForEverAndAPassUntilItExpires) {
  const TemporaryFile file("ledger.json");
  for (const auto& [name, kind] : {std::pair{"bad", GateVerdict::Fail}, {"good", GateVerdict::Pass}}) {
    const auto ledger = opened(file);
    EXPECT_FALSE(ledger->standing(binding(name), Instant{}));
    ASSERT_TRUE(ledger->begin(binding(name), charge()));
    ASSERT_TRUE(ledger->decide(verdict(kind, name), charge()));
  }
  const auto ledger = opened(file);
  const auto failed = ledger->standing(binding("bad"), Instant{Duration{999'999}});
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->number, 1);
  EXPECT_EQ(failed->verdict->evidence.front().state, domain::SkillState::Lost);
  EXPECT_TRUE(ledger->standing(binding("good"), Instant{Duration{4999}}));
  EXPECT_FALSE(ledger->standing(binding("good"), Instant{Duration{5000}}));
  auto other = binding("bad");
  other.policy = "another";
  EXPECT_FALSE(ledger->standing(other, Instant{}));
  EXPECT_EQ(ledger->ledger().answers, 2);
  EXPECT_EQ(ledger->ledger().promotions, 1);
}

TEST(LedgerFile, LetsARunThatWasCutOffKeepItsPlaceAndChargesARepeatedOne) {
  const TemporaryFile file("ledger.json");
  EXPECT_EQ(opened(file)->begin(binding(), charge()).value(), 1);
  EXPECT_EQ(opened(file)->begin(binding(), charge()).value(), 1);
  EXPECT_TRUE(opened(file)->decide(verdict(GateVerdict::Insufficient), charge()));
  EXPECT_FALSE(opened(file)->standing(binding(), Instant{})) << "too little data may be mended";
  EXPECT_EQ(opened(file)->begin(binding(), charge()).value(), 2) << "which is one more answer";
}

TEST(LedgerFile, KeepsDigestsOfAnyLength) {
  const TemporaryFile file("ledger.json");
  const std::string name(200, 'x');
  ASSERT_TRUE(opened(file)->begin(binding(name), charge()));
  ASSERT_TRUE(opened(file)->decide(verdict(GateVerdict::Fail, name), charge()));
  EXPECT_TRUE(opened(file)->standing(binding(name), Instant{}));
}

TEST(LedgerFile, IsOneRunsAlone) {
  const TemporaryFile file("ledger.json");
  const auto first = opened(file);
  const auto second = LedgerFile::open(file.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Exists);
}

TEST(LedgerFile, RefusesWhatItCannotReadInsteadOfCountingAnew) {
  const TemporaryFile file("ledger.json");
  for (const char* text : {"", "{", "{}", R"({"kind":"GateLedger"})",
                           R"({"kind":"GateLedger","ledger":{"bitsSpent":0,"answers":-1,"promotions":0}})"}) {
    file.write(text);
    EXPECT_FALSE(LedgerFile::open(file.path())) << text;
  }
}

TEST(LedgerFile, BeginsAGenerationOnlyWithEnoughNewCases) {
  const TemporaryFile file("ledger.json");
  ASSERT_TRUE(opened(file)->begin(binding(), charge(20)));
  const auto ledger = opened(file);
  EXPECT_FALSE(ledger->turn_to(2, charge(24))) << "4 of 24 are new";
  ASSERT_TRUE(ledger->turn_to(2, charge(28)));
  EXPECT_EQ(ledger->begin(binding(), charge(28)).value(), 1);
  EXPECT_EQ(ledger->ledger().generation, 2);
  EXPECT_FALSE(ledger->turn_to(1, charge(28)));
}

TEST(LedgerFile, RefusesOnOverdraftOfHeldOutCasesAndCountsPublicOnesWithoutEnd) {
  const TemporaryFile file("ledger.json");
  const auto ledger = opened(file);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(ledger->begin(binding(std::to_string(i)), charge()));
  const auto refused = ledger->begin(binding("one more"), charge());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Denied);
  EXPECT_EQ(ledger->begin(binding("public"), charge(20, domain::Tier::Golden)).value(), 21);
}

}  // namespace
}  // namespace pawl::gate
