#include "random_status.h"

#include <algorithm>

#include "codec/enums.h"

namespace pawl::codec {
namespace {

/// How often optional parts appear: by chance, or always.
struct Source {
  Random& random;
  bool full;

  bool present() { return full || random.chance(0.6); }
  std::size_t count(std::size_t max) { return full ? max : random.below(max + 1); }
  int share() { return static_cast<int>(random.below(domain::kWholeShare + 1)); }
  std::int64_t counter() { return static_cast<std::int64_t>(random.below(1'000'000'000'000)); }
  Instant time() { return Instant{Duration{1 + static_cast<std::int64_t>(random.below(4'000'000'000'000))}}; }
  /// Exactly representable in six decimals, as the format keeps.
  double mean() { return static_cast<double>(random.below(1'000'001)) / 1e6; }
  double loss() { return (static_cast<double>(random.below(1'000'001)) - 5e5) / 1e6; }
  template <class T, std::size_t N>
  T one_of(const std::array<EnumName<T>, N>& table) {
    return table[random.below(N)].value;
  }
  std::string word(std::size_t min) {
    static constexpr std::string_view kPieces[] = {"a",  "Z",  "7",  "-",        " ",
                                                   "\"", "\\", "\n", "\xC3\xA9", "\xF0\x9F\x98\x80"};
    std::string text;
    const std::size_t length = min + (full ? 1 : 0) + random.below(8);
    for (std::size_t i = 0; i < length; ++i) text += kPieces[random.below(std::size(kPieces))];
    return text;
  }
  template <class T, class Make>
  std::optional<T> maybe(Make make) {
    return present() ? std::optional<T>(make()) : std::nullopt;
  }
  template <class T, class Make>
  std::vector<T> list(std::size_t max, Make make) {
    std::vector<T> items;
    for (std::size_t n = count(max); n > 0; --n) items.push_back(make());
    return items;
  }
};

domain::RevisionRef ref(Source& s) { return {s.word(1), s.word(0)}; }

domain::CandidateStatus candidate(Source& s) {
  return {ref(s), s.word(0), s.present() ? s.time() : Instant{}, s.maybe<Instant>([&] { return s.time(); })};
}

domain::WeightStatus weights(Source& s) {
  const auto share = [&] { return s.share(); };
  return {s.share(), s.maybe<int>(share), s.maybe<int>(share),
          s.list<domain::ShareChange>(5, [&] { return domain::ShareChange{s.time(), s.share()}; })};
}

std::vector<domain::ScoreRow> scoreboard(Source& s) {
  return s.list<domain::ScoreRow>(4, [&] {
    return domain::ScoreRow{s.word(1),
                            s.mean(),
                            s.mean(),
                            s.counter(),
                            s.counter(),
                            s.one_of(kCapabilityStateNames),
                            s.maybe<domain::Interval>([&] { return domain::Interval{s.loss(), s.loss()}; })};
  });
}

std::vector<domain::Condition> conditions(Source& s) {
  auto list = s.list<domain::Condition>(5, [&] {
    return domain::Condition{s.word(1), s.one_of(kConditionStatusNames), s.word(1), s.word(0), s.counter(), s.time()};
  });
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.type < b.type; });
  const auto same = [](const auto& a, const auto& b) { return a.type == b.type; };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  return list;
}

domain::Decision decision(Source& s) {
  return {s.word(1), s.word(0), s.word(0), s.time(), {s.word(0), s.word(0)}, s.word(0), s.word(0)};
}

domain::GateRequest gate_request(Source& s) {
  return {
      s.one_of(kGateStateNames), ref(s), s.word(0), s.word(0), s.maybe<Instant>([&] { return s.time(); }), s.word(0)};
}

domain::RevisionGate revision_gate(Source& s) {
  return {s.one_of(kGateVerdictNames),
          s.word(1),
          s.word(0),
          {s.word(1), s.word(0), s.word(0), s.word(0), s.word(1)},
          s.time(),
          s.time(),
          s.list<domain::GateEvidence>(4, [&] { return domain::GateEvidence{s.word(1), s.one_of(kSkillStateNames)}; }),
          s.word(0)};
}

domain::RolloutStatus rollout_status(Source& s) {
  domain::RolloutStatus status;
  status.observed_generation = s.counter();
  status.phase = s.one_of(kPhaseNames);
  status.promotion = s.one_of(kPromotionStageNames);
  status.stable = s.maybe<domain::RevisionRef>([&] { return ref(s); });
  status.previous = s.maybe<domain::RevisionRef>([&] { return ref(s); });
  status.previous_until = s.maybe<Instant>([&] { return s.time(); });
  status.soak = s.maybe<domain::SoakStatus>([&] { return domain::SoakStatus{"agents/bot/7", s.time()}; });
  status.candidate = s.maybe<domain::CandidateStatus>([&] { return candidate(s); });
  status.gate = s.maybe<domain::GateRequest>([&] { return gate_request(s); });
  status.step = s.full ? 1 : static_cast<int>(s.random.below(21)) - 1;
  status.ending = s.one_of(kOutcomeNames);
  status.drained_at = s.maybe<Instant>([&] { return s.time(); });
  status.weights = weights(s);
  status.breakers =
      s.list<domain::TrippedBreaker>(3, [&] { return domain::TrippedBreaker{s.word(1), s.word(0), s.time()}; });
  status.scoreboard = scoreboard(s);
  status.loss_ledger = {s.word(0), s.list<domain::CapabilityLoss>(
                                       4, [&] { return domain::CapabilityLoss{s.word(1), s.mean(), s.loss()}; })};
  status.quarantine = s.list<domain::QuarantineEntry>(
      4, [&] { return domain::QuarantineEntry{s.word(1), s.word(0), s.word(0), s.time()}; });
  status.history = s.list<domain::HistoryEntry>(
      10, [&] { return domain::HistoryEntry{ref(s), s.one_of(kOutcomeNames), s.word(0), s.time()}; });
  status.last_decision = s.maybe<domain::Decision>([&] { return decision(s); });
  status.rollouts = s.counter();
  status.decisions = s.counter();
  status.next = {s.maybe<Instant>([&] { return s.time(); }), s.word(0)};
  status.conditions = conditions(s);
  return status;
}

domain::RevisionStatus revision_status(Source& s) {
  return {s.counter(), s.word(0), s.one_of(kRevisionPhaseNames), scoreboard(s), conditions(s)};
}

}  // namespace

domain::RolloutStatus random_rollout_status(Random& random) {
  Source source{random, false};
  return rollout_status(source);
}

domain::RevisionStatus random_revision_status(Random& random) {
  Source source{random, false};
  return revision_status(source);
}

domain::RevisionGate random_revision_gate(Random& random) {
  Source source{random, false};
  return revision_gate(source);
}

domain::RevisionGate full_revision_gate() {
  Random random(1);
  Source source{random, true};
  return revision_gate(source);
}

domain::RolloutStatus full_rollout_status() {
  Random random(1);
  Source source{random, true};
  domain::RolloutStatus status = rollout_status(source);
  for (domain::ScoreRow& row : status.scoreboard) row.stable_n = row.canary_n = 7;
  return status;
}

domain::RevisionStatus full_revision_status() {
  Random random(1);
  Source source{random, true};
  return revision_status(source);
}

}  // namespace pawl::codec
