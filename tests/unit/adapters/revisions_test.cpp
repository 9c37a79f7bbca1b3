// What KubeRolloutWorld writes about decisions: annotations, revisions' statuses, records.
#include "unit/adapters/world_fixture.h"

namespace pawl::adapters {
namespace {

class WrittenDown : public WorldFixture {
 protected:
  Status tell(const domain::Observation& seen, const domain::RolloutStatus& status) {
    return world.write_revisions(key, seen, status, {}, clock->wall());
  }
  static domain::Record record_of(std::int64_t sequence, const std::string& message = "m") {
    domain::Record out;
    out.sequence = sequence;
    out.message = message;
    return out;
  }
  [[nodiscard]] Json annotations(const kube::Resource& resource, const std::string& name) const {
    return live_meta(resource, name).value("annotations", Json::object());
  }
};

TEST_F(WrittenDown, ARollbackIsReadOnTheRolloutAndOnItsRevision) {
  const auto seen = observed();
  ASSERT_TRUE(tell(seen, decided(seen.status, "RolledBack", "r2")));
  for (const Json& a : {annotations(res::kAgentRollouts, "support"), annotations(res::kAgentRevisions, "r2")}) {
    EXPECT_EQ(a.value(kDecisionAnnotation, ""), "RolledBack");
    EXPECT_EQ(a.value(kReasonAnnotation, ""), "Regression");
    EXPECT_EQ(a.value(kDecidedAtAnnotation, ""), "2026-11-24T03:00:00Z");
    EXPECT_EQ(a.value(kEvidenceAnnotation, ""), "search dropped below stable");
    EXPECT_EQ(a.value(kRevertedToAnnotation, ""), "r1");
    const std::string hash = sha256_hex("record");
    EXPECT_EQ(a.value(kRecordAnnotation, ""), "support-record-7-" + hash.substr(0, 8) + " sha256:" + hash);
  }
  EXPECT_TRUE(annotations(res::kAgentRevisions, "r1").empty()) << "the decision was not about r1";
}

TEST_F(WrittenDown, NothingIsWrittenTwice) {
  const auto seen = observed();
  ASSERT_TRUE(tell(seen, decided(seen.status, "RolledBack", "r2")));
  catch_up();
  const auto again = observed();
  ASSERT_TRUE(tell(again, decided(again.status, "RolledBack", "r2")));
  EXPECT_EQ(api->writes(), 0U);
}

TEST_F(WrittenDown, AnAnnotationThatIsLostComesBackThoughTheStatusIsAsItShouldBe) {
  const auto seen = observed();
  ASSERT_TRUE(tell(seen, decided(seen.status, "RolledBack", "r2")));
  api->change(res::kAgentRevisions, "shop", "r2",
              [](Json& o) { o["metadata"]["annotations"].erase(kReasonAnnotation); });
  catch_up();
  const auto again = observed();
  ASSERT_TRUE(tell(again, decided(again.status, "RolledBack", "r2")));
  EXPECT_EQ(annotations(res::kAgentRevisions, "r2").value(kReasonAnnotation, ""), "Regression");
  EXPECT_EQ(api->writes(), 1U) << "only the difference";
}

TEST_F(WrittenDown, ALaterDecisionTakesRevertedToAwayAndLeavesTheUsersAnnotations) {
  api->change(res::kAgentRollouts, "shop", "support", [](Json& o) { o["metadata"]["annotations"]["mine"] = "kept"; });
  catch_up();
  const auto seen = observed();
  ASSERT_TRUE(tell(seen, decided(seen.status, "RolledBack", "r2")));
  catch_up();
  const auto again = observed();
  ASSERT_TRUE(tell(again, decided(again.status, "Promoted", "r2")));
  const Json a = annotations(res::kAgentRollouts, "support");
  EXPECT_FALSE(a.contains(kRevertedToAnnotation));
  EXPECT_EQ(a.value("mine", ""), "kept");
}

TEST_F(WrittenDown, TheVerdictOfTheGateIsReadAndNeverWritten) {
  const Json verdict{{"verdict", "Pass"},
                     {"reason", "Passed"},
                     {"candidateDigest", "c"},
                     {"policyDigest", "p"},
                     {"decidedAt", "2026-11-24T03:00:00Z"},
                     {"expiresAt", "2026-11-25T03:00:00Z"}};
  api->change(res::kAgentRevisions, "shop", "r2", [&](Json& o) { o["status"]["gate"] = verdict; });
  catch_up();
  const auto seen = observed();
  ASSERT_TRUE(seen.revisions.back().gate);
  EXPECT_EQ(seen.revisions.back().gate->verdict, domain::GateAnswer::Pass);
  ASSERT_TRUE(tell(seen, decided(seen.status, "RolledBack", "r2")));
  EXPECT_EQ((*api->find(res::kAgentRevisions, "shop", "r2"))["status"]["gate"], verdict);
}

TEST_F(WrittenDown, RevisionsAreNotWrittenForARolloutThatMovedOn) {
  const auto seen = observed();
  somebody_changes_the_rollout();
  catch_up();
  const auto told = tell(seen, decided(seen.status, "RolledBack", "r2"));
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(api->writes(), 0U);
}

TEST_F(WrittenDown, TheSameRecordAgainIsASuccessAndAnotherOfItsNumberDoesNotReplaceIt) {
  ASSERT_TRUE(world.write_record(key, record_of(1)));
  ASSERT_TRUE(world.write_record(key, record_of(1)));
  EXPECT_EQ(api->count(res::kConfigMaps, "shop"), 1U);
  ASSERT_TRUE(world.write_record(key, record_of(1, "another")));
  EXPECT_EQ(api->count(res::kConfigMaps, "shop"), 2U);
}

TEST_F(WrittenDown, ARecordCarriesTheHashedTextAndIsImmutable) {
  const auto record = record_of(3);
  ASSERT_TRUE(world.write_record(key, record));
  const std::string text = domain::canonical_text(record);
  const auto stored = api->find(res::kConfigMaps, "shop", record_name("support", "3", domain::record_sha256(text)));
  ASSERT_TRUE(stored);
  EXPECT_EQ((*stored)["data"]["record.json"], text);
  EXPECT_EQ((*stored)["data"]["sha256"], domain::record_sha256(text));
  EXPECT_EQ((*stored)["immutable"], true);
}

TEST_F(WrittenDown, TheNewestFiftyRecordsStay) {
  for (std::int64_t sequence = 1; sequence <= kRecordsKept + 2; ++sequence) {
    ASSERT_TRUE(world.write_record(key, record_of(sequence)));
  }
  const auto seen = observed();
  ASSERT_TRUE(tell(seen, decided(seen.status, "StepUp", "r2")));
  EXPECT_EQ(api->count(res::kConfigMaps, "shop"), static_cast<std::size_t>(kRecordsKept));
  for (std::int64_t gone = 1; gone <= 2; ++gone) {
    const std::string hash = domain::record_sha256(domain::canonical_text(record_of(gone)));
    EXPECT_FALSE(api->find(res::kConfigMaps, "shop", record_name("support", std::to_string(gone), hash)));
  }
}

TEST_F(WrittenDown, RotationFollowsADecisionAndNotEveryLook) {
  ASSERT_TRUE(world.write_record(key, record_of(kRecordsKept + 1)));
  const auto lists = [&] {
    const auto gets = api->paths(kube::Method::Get);
    return std::count(gets.begin(), gets.end(), "/api/v1/namespaces/shop/configmaps");
  };
  for (int look = 0; look < 3; ++look) {
    const auto seen = observed();
    ASSERT_TRUE(tell(seen, decided(seen.status, "StepUp", "r2")));
    EXPECT_EQ(lists(), look == 0 ? 1 : 0);
    catch_up();
  }
}

TEST_F(WrittenDown, TheRecordsOfAnotherRolloutAreNotRotated) {
  Json other{{"metadata", {{"labels", {{kRolloutLabel, "other"}, {kRecordLabel, "1"}}}}}};
  api->put(res::kConfigMaps, "shop", "other-record-1", other);
  ASSERT_TRUE(world.write_record(key, record_of(kRecordsKept + 5)));
  const auto seen = observed();
  ASSERT_TRUE(tell(seen, decided(seen.status, "StepUp", "r2")));
  EXPECT_TRUE(api->find(res::kConfigMaps, "shop", "other-record-1"));
}

class Contention : public WorldFixture {
 protected:
  void argocd_writes(int canary) {
    share_becomes(canary);
    api->change(res::kHttpRoutes, "shop", "support", [](Json& o) {
      o["metadata"]["managedFields"] = {
          {{"manager", "pawl-operator"}, {"time", "2026-11-24T03:00:09Z"}, {"fieldsV1", {{"f:spec", Json::object()}}}},
          {{"manager", "envoy-gateway"},
           {"time", "2026-11-24T03:00:08Z"},
           {"fieldsV1", {{"f:status", Json::object()}}}},
          {{"manager", "argocd"}, {"time", "2026-11-24T03:00:07Z"}, {"fieldsV1", {{"f:spec", Json::object()}}}}};
    });
    catch_up();
  }
  domain::RouteView after_a_fight() {
    const auto before = observed();
    EXPECT_TRUE(world.execute(key, before, domain::EnsureShare{1000, before.world.route.canary}));
    catch_up();
    EXPECT_EQ(observed().world.route.contender, "") << "what we wrote is ours";
    argocd_writes(0);
    return observed().world.route;
  }
};

TEST_F(Contention, WhoChangesOurWeightsIsNamed) {
  EXPECT_EQ(after_a_fight().contender, "argocd");
  EXPECT_FALSE(observed().world.route.fought_over) << "once may be chance";
}

TEST_F(Contention, AThirdFightInTenMinutesEndsRaisingUntilTheyArePast) {
  after_a_fight();
  after_a_fight();
  EXPECT_TRUE(after_a_fight().fought_over);
  EXPECT_TRUE(observed().world.route.fought_over) << "looking again is no new fight, and no peace";
  clock->advance(std::chrono::minutes{11});
  EXPECT_FALSE(observed().world.route.fought_over);
}

TEST_F(Contention, OurPatchesSayWhoWeAre) {
  const auto seen = observed();
  ASSERT_TRUE(world.execute(key, seen, domain::EnsureShare{1000, 0}));
  EXPECT_NE(api->requests.back().path.find("fieldManager=pawl-operator"), std::string::npos)
      << api->requests.back().path;
}

TEST_F(Contention, AWriteWhoseAnswerWasLostIsNotTakenForSomebodyElses) {
  ASSERT_TRUE(world.execute(key, observed(), domain::EnsureShare{500, 0}));
  catch_up();
  const auto seen = observed();
  api->lose_next_answer = true;
  ASSERT_FALSE(world.execute(key, seen, domain::EnsureShare{1000, 500}));
  catch_up();
  EXPECT_EQ(observed().world.route.canary, 1000);
  EXPECT_EQ(observed().world.route.contender, "");
}

}  // namespace
}  // namespace pawl::adapters
