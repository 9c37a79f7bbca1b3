#include "scorer/scorer.h"

#include <gtest/gtest.h>

#include <thread>

#include "domain/gate/question_mark.h"

namespace pawl::scorer {
namespace {

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Instant wall() const override { return *parse_rfc3339("2026-11-24T12:00:00Z"); }
  [[nodiscard]] BootTime boot() const override { return BootTime{0}; }
};

class CountingIdentity final : public SenderIdentity {
 public:
  Result<Sender> identify(const std::string& token) override {
    ++asked;
    if (token == "bad") return fail(ErrorKind::Denied, "not authenticated");
    return Sender{"agents/" + token, "support-bot", "rev-of-" + token};
  }
  Result<std::string> account(const std::string& token) override { return "account-of-" + token; }
  int asked = 0;
};

constexpr const char* kRules = R"(
capabilities:
- name: refunds
  input: 'refund'
  checks: [{must_match: 'done'}]
violations:
- {class: pii, output: '[a-z]+@[a-z.]+'}
)";

struct World {
  explicit World(std::size_t queue = 100, const std::string& gate_key = {}) {
    cohorts->replace({{"support-bot", {"rollout-7", *parse_rfc3339("2026-11-24T11:00:00Z")}}});
    scorer = std::make_unique<Scorer>(*Grading::from_yaml(kRules), identity, cohorts, std::make_unique<FailureStore>(3),
                                      clock, Scorer::Options{queue, gate_key});
  }
  Answer post(const std::string& token, const std::string& body) { return scorer->accept("Bearer " + token, body); }
  void grade_all() {
    std::stop_source stopped;
    stopped.request_stop();
    scorer->run(stopped.get_token());
  }
  std::string line(const std::string& start) const {
    const std::string text = scorer->metrics().text();
    const auto at = text.find("\n" + start);
    return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  }

  FixedClock clock;
  std::shared_ptr<CountingIdentity> identity = std::make_shared<CountingIdentity>();
  std::shared_ptr<CohortTable> cohorts = std::make_shared<CohortTable>();
  std::unique_ptr<Scorer> scorer;
};

std::string record(const std::string& output, const std::string& start = "2026-11-24T11:30:00Z",
                   const std::string& more = "") {
  return R"({"gen_ai.agent.name":"support-bot","agent.revision":"somebody-else","interaction.id":"i1","start_time":")" +
         start + R"(","end_time":"2026-11-24T11:30:01Z","input":"refund please","output":")" + output + "\"" + more +
         "}";
}

TEST(Scorer, CountsAnInteractionForTheRevisionOfTheSenderNotForTheOneTheRecordClaims) {
  World world;
  EXPECT_EQ(world.post("pod-a", record("done")).status, 202);
  world.grade_all();
  const std::string text = world.scorer->metrics().text();
  EXPECT_NE(text.find("revision=\"rev-of-pod-a\""), std::string::npos);
  EXPECT_EQ(text.find("somebody-else"), std::string::npos);
}

TEST(Scorer, T11_the_agent_cannot_post_its_own_score) {
  World world;
  world.post("pod-a", record("no", "2026-11-24T11:30:00Z",
                             R"(,"score":1.0,"gen_ai.evaluation.score.value":1.0,"capability":"refunds")"));
  world.grade_all();
  EXPECT_EQ(
      world.line("pawl_score_sum_total"),
      R"(pawl_score_sum_total{agent="support-bot",capability="refunds",evaluator="rules",evaluator_version="1",revision="rev-of-pod-a",rollout="rollout-7"} 0)");
  EXPECT_EQ(world.line("pawl_score_count_total").back(), '1');
}

TEST(Scorer, DoesNotCountForARolloutWhatBeganBeforeIt) {
  World world;
  world.post("pod-a", record("done", "2026-11-24T10:59:59Z"));
  world.grade_all();
  EXPECT_NE(world.line("pawl_score_count_total").find("rollout=\"\""), std::string::npos);
  EXPECT_EQ(world.scorer->metrics().text().find("rollout-7"), std::string::npos);
}

TEST(Scorer, CountsForTheRolloutWhatBeganInTheSameMoment) {
  World world;
  world.post("pod-a", record("done", "2026-11-24T11:00:00Z"));
  world.grade_all();
  EXPECT_NE(world.line("pawl_score_count_total").find("rollout=\"rollout-7\""), std::string::npos);
}

TEST(Scorer, SetsAsideWhatTheGateAskedAndDoesNotTellTheAgent) {
  World world(100, "a key of the gate and the scorer");
  const auto asked = [](const std::string& conversation) {
    return record("no", "2026-11-24T11:30:00Z", R"(,"gen_ai.conversation.id":")" + conversation + "\"");
  };
  const std::string answer = world.post("pod-a", asked("7d444840-9dc0-41d1-b245-5ffdce74fad2")).body;
  EXPECT_EQ(world.post("pod-a", asked(domain::marked_conversation("a key of the gate and the scorer", 42))).body,
            answer);
  world.grade_all();
  EXPECT_EQ(world.line("pawl_score_count_total").back(), '1') << "the customer's";
  EXPECT_EQ(world.scorer->failures().of("support-bot", "rev-of-pod-a").size(), 1U);
}

TEST(Scorer, KeepsTheFailuresOfEachRevisionApart) {
  World world;
  world.post("pod-a", record("no"));
  world.post("pod-b", record("no"));
  world.grade_all();
  EXPECT_EQ(world.scorer->failures().of("support-bot", "rev-of-pod-a").size(), 1U);
  EXPECT_TRUE(world.scorer->failures().of("another-bot", "rev-of-pod-a").empty());
}

TEST(Scorer, DropsAndCountsWhatDoesNotFitAndStillAnswers) {
  World world(2);
  const std::string one = record("done");
  const auto answer = world.post("pod-a", "[" + one + "," + one + "," + one + "]");
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.body, R"({"accepted":2,"dropped":1})");
  EXPECT_EQ(world.line("pawl_scorer_dropped_total"), "pawl_scorer_dropped_total 1");
}

TEST(Scorer, RefusesAndCountsByReason) {
  World world;
  EXPECT_EQ(world.scorer->accept("", record("done")).status, 401);
  EXPECT_EQ(world.post("bad", record("done")).status, 401);
  EXPECT_EQ(world.post("pod-a", "{").status, 400);
  EXPECT_EQ(world.post("pod-a", R"([{"interaction.id":"x","start_time":"yesterday"}])").status, 400);
  EXPECT_EQ(world.line("pawl_scorer_rejected_total{reason=\"malformed\"}"),
            R"(pawl_scorer_rejected_total{reason="malformed"} 2)");
  EXPECT_EQ(world.line("pawl_scorer_rejected_total{reason=\"no_token\"}"),
            R"(pawl_scorer_rejected_total{reason="no_token"} 1)");
}

TEST(Scorer, CountsAViolationForTheArm) {
  World world;
  world.post("pod-a", record("done, jo@example.com"));
  world.grade_all();
  EXPECT_EQ(world.line("pawl_violations_total"),
            R"(pawl_violations_total{agent="support-bot",class="pii",revision="rev-of-pod-a",rollout="rollout-7"} 1)");
}

TEST(Scorer, CountsWhatBefellAnInteractionByKind) {
  World world;
  world.post("pod-a", record("done", "2026-11-24T11:30:00Z", R"(,"events":["retry","retry","error","a b",7])"));
  world.grade_all();
  EXPECT_EQ(world.line("pawl_events_total"),
            R"(pawl_events_total{agent="support-bot",kind="retry",revision="rev-of-pod-a",rollout="rollout-7"} 2)");
  EXPECT_EQ(world.scorer->metrics().text().find("kind=\"error\""), std::string::npos)
      << "an agent cannot book what is the scorer's to say";
}

TEST(Scorer, TellsFewKindsOfEventsApart) {
  World world;
  for (int i = 0; i < 100; ++i) {
    world.post("pod-a", record("done", "2026-11-24T11:30:00Z", R"(,"events":["kind-)" + std::to_string(i) + R"("])"));
  }
  world.grade_all();
  EXPECT_EQ(world.line(R"(pawl_events_total{agent="support-bot",kind="other")").substr(0, 60),
            R"(pawl_events_total{agent="support-bot",kind="other",revision=)");
}

TEST(Scorer, KeepsFailuresBoundedAndWithoutTheCredential) {
  World world;
  for (int i = 0; i < 5; ++i) world.post("secret-token", record("no"));
  world.post("secret-token", record("done"));
  world.grade_all();
  const std::string kept = world.scorer->failures("support-bot");
  std::size_t count = 0;
  for (auto at = kept.find("interaction.id"); at != std::string::npos; at = kept.find("interaction.id", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 3U);
  EXPECT_EQ(kept.find("Bearer"), std::string::npos);
  EXPECT_EQ(world.scorer->failures("another-agent"), R"({"failures":[]})");
}

TEST(CachedIdentity, AsksOncePerTokenAndForgetsTheOldest) {
  FixedClock clock;
  auto inner = std::make_shared<CountingIdentity>();
  CachedIdentity cached(inner, clock, 2);
  EXPECT_EQ(cached.identify("a")->revision, "rev-of-a");
  EXPECT_EQ(cached.identify("a")->revision, "rev-of-a");
  EXPECT_EQ(inner->asked, 1);
  static_cast<void>(cached.identify("b"));
  static_cast<void>(cached.identify("c"));
  static_cast<void>(cached.identify("a"));
  EXPECT_EQ(inner->asked, 4);
}

TEST(CachedIdentity, DoesNotRememberARefusal) {
  FixedClock clock;
  auto inner = std::make_shared<CountingIdentity>();
  CachedIdentity cached(inner, clock);
  EXPECT_FALSE(cached.identify("bad"));
  EXPECT_FALSE(cached.identify("bad"));
  EXPECT_EQ(inner->asked, 2);
}

}  // namespace
}  // namespace pawl::scorer
