#include "cli/replay/replay_rollout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/replay/replay_stream.h"
#include "cli/replay/scatter_screen.h"
#include "cli/rollout/chain.h"
#include "cli/text.h"
#include "domain/lineage/bundle.h"
#include "domain/rollout/evidence_policy.h"

namespace pawl::cli {
namespace {

using domain::TrialRecord;
using domain::Verdict;

constexpr Duration kBefore = std::chrono::seconds{5};  // the operator reads so much more before a trial's beginning
constexpr const char* kNoTrial =
    "no decision record holds a trial; records of an older pawl do not, and a rollout without a candidate has none";

int failed(const Session& s, const std::string& what) {
  s.err << "pawl: " << printable(what) << "\n";
  return kFailed;
}

int failed(const Session& s, const Error& error) { return failed(s, explain(error)); }

Result<Chain> read_chain(const Session& s, const RolloutName& which) {
  const auto picture = read_rollout(s.client, which, s.clock.wall());
  if (!picture) return fail(picture.error());
  const auto found = read_records(s.client, which);
  if (!found) return fail(found.error());
  const auto& last = picture->status.last_decision;
  return walk_chain(*found, last ? ChainHead{last->record, last->record_sha256} : ChainHead{},
                    which.ns + "/" + which.name);
}

/// Samples of a trial as far as the verdict had them.
SampleQuestion question_of(const TrialRecord& trial, Instant decided, const std::string& prometheus) {
  SampleQuestion question;
  question.address = prometheus.empty() ? trial.evidence.prometheus : prometheus;
  question.cohort = trial.cohort;
  question.served = trial.evidence.served;
  question.timed = domain::times_answers(trial.breakers);
  question.interval = trial.evidence.interval;
  question.from = trial.began - 2 * trial.evidence.interval - kBefore;
  question.to = trial.newest_sample == Instant{} ? decided : trial.newest_sample;
  return question;
}

/// What stable had scored when the trial began.
HistoryQuestion history_of(const TrialRecord& trial, const std::string& prometheus) {
  return {.address = prometheus.empty() ? trial.evidence.prometheus : prometheus,
          .revision = digest_label(trial.stable),
          .before = trial.began};
}

std::size_t count_samples(const std::vector<domain::Series>& series) {
  std::size_t n = 0;
  for (const domain::Series& one : series) n += one.samples.size();
  return n;
}

struct Replayed {
  SampleQuestion question;
  Instant now{};
  std::size_t samples = 0;
  Verdict verdict;
  std::vector<domain::Scatter> scatter;  ///< of stable's scores in the day before
  bool same_verdict = false;
  bool same_bits = false;
};

Result<Replayed> replay(const Link& link, const ReplayOrder& order, const SampleSource& source, Instant now) {
  const TrialRecord& trial = *link.record.trial;
  Replayed out;
  out.question = question_of(trial, link.record.at, order.prometheus);
  out.now = link.record.at;
  if (!order.from.empty()) {
    const auto from = parse_moment(order.from, now);
    if (!from) return fail(from.error().during("--from"));
    out.question.from = *from;
  }
  if (!order.to.empty()) {
    const auto to = parse_moment(order.to, now);
    if (!to) return fail(to.error().during("--to"));
    out.question.to = out.now = *to;
  }
  if (out.question.from >= out.question.to) {
    return fail(ErrorKind::Invalid, "there is no time between " + format_rfc3339(out.question.from) + " and " +
                                        format_rfc3339(out.question.to) + "; check --from and --to");
  }
  const auto history = source.history(history_of(trial, order.prometheus));
  if (!history) return fail(history.error());
  domain::TrialReplay fold(trial, domain::policy_of(trial, link.record.margins), *history);
  const Status read = source.samples(out.question, [&](const std::vector<domain::Series>& piece) {
    out.samples += count_samples(piece);
    fold.add(piece);
  });
  if (!read) return fail(read.error());
  const auto windows = source.windows(history_of(trial, order.prometheus));
  if (!windows) return fail(windows.error());
  out.scatter = domain::scatter_of(*windows);
  out.verdict = fold.verdict(out.now);
  // A decision taken before anything was read had no verdict to agree with.
  out.same_verdict = to_string(out.verdict.kind) == trial.verdict && out.verdict.reason == trial.reason;
  out.same_bits = out.verdict.log_e_global == trial.log_e;
  return out;
}

std::string verdict_words(std::string_view verdict, const std::string& reason, double log_e) {
  return fmt::format("{} ({}), log e {:.6g}", verdict, reason.empty() ? "no reason" : reason, log_e);
}

std::string agreement(const Replayed& r) {
  if (!r.same_verdict) return "DIFFERS: the samples do not give the recorded verdict";
  return r.same_bits ? "yes, to the last bit of log e" : "yes, with another log e: some samples came late, or are gone";
}

std::string score_lines(const Verdict& verdict) {
  std::string out = "\n" + left("capability", 24) + right("stable", 8) + right("n", 8) + right("edit", 8) +
                    right("n", 8) + right("log e", 10) + right("log e n.i.", 12) + "  state\n";
  for (const domain::ScoreboardRow& row : verdict.scoreboard) {
    out += left(printable(row.capability), 24) +
           fmt::format("{:8.3f}{:8.0f}{:8.3f}{:8.0f}{:10.3f}{:12.3f}  {}\n", row.stable_mean, row.n_stable,
                       row.canary_mean, row.n_canary, row.log_e, row.log_e_noninferior, to_string(row.state));
  }
  return out;
}

std::string replay_screen(const Link& link, const Replayed& r) {
  const TrialRecord& trial = *link.record.trial;
  std::string out = labelled("Trial",
                             fmt::format("{}: {} against {}, began {}", trial.cohort, short_hash(trial.canary),
                                         short_hash(trial.stable), format_rfc3339(trial.began)),
                             2, 10);
  out += labelled("Samples",
                  fmt::format("{} from {} to {}, of {}", r.samples, format_rfc3339(r.question.from),
                              format_rfc3339(r.question.to), r.question.address),
                  3, 10);
  out += labelled("Recorded",
                  fmt::format("{} at {} in record {}: {}", link.record.what, format_rfc3339(link.record.at),
                              link.record.sequence, verdict_words(trial.verdict, trial.reason, trial.log_e)),
                  3, 10);
  out += labelled(
      "Replayed",
      verdict_words(to_string(r.verdict.kind), r.verdict.reason, r.verdict.log_e_global) + ": " + r.verdict.message, 6,
      10);
  out += labelled("Agrees", agreement(r), 2, 10);
  out += labelled("Scatter", scatter_words(r.scatter, trial.analysis.deflation), 4, 10);
  return out + score_lines(r.verdict);
}

nlohmann::ordered_json replay_json(const Link& link, const Replayed& r) {
  const TrialRecord& trial = *link.record.trial;
  const domain::RunVerdict run{
      .run = 0, .verdict = r.verdict, .decided = domain::ends_trial(r.verdict.kind), .t = 0, .canary_interactions = 0};
  nlohmann::ordered_json out{{"trial", trial.cohort},
                             {"record", link.record.sequence},
                             {"samples", r.samples},
                             {"from", format_rfc3339(r.question.from)},
                             {"to", format_rfc3339(r.question.to)}};
  out["recorded"] = {{"what", link.record.what},
                     {"at", format_rfc3339(link.record.at)},
                     {"verdict", trial.verdict},
                     {"reason", trial.reason},
                     {"logE", trial.log_e}};
  out["replayed"] = {{"verdict", to_string(r.verdict.kind)},
                     {"reason", r.verdict.reason},
                     {"message", r.verdict.message},
                     {"blamed", r.verdict.blamed},
                     {"logE", r.verdict.log_e_global},
                     {"perCapability", nlohmann::ordered_json::parse(verdict_line(run))["per_capability"]}};
  out["scatter"] = scatter_json(r.scatter);
  out["agrees"] = r.same_verdict;
  out["bitEqual"] = r.same_bits;
  return out;
}

// --- what if

bool ends(const std::string& what) {
  return what == "RolledBack" || what == "Promoting" || what == "Promoted" || what == "Inconclusive" ||
         what == "Withdrawn" || what == "Superseded";
}

/// For each trial the decision that ended it, else its newest; oldest trial first.
std::vector<const Link*> trials_of(const Chain& chain) {
  std::vector<const Link*> out;
  for (const Link& link : chain.links) {
    if (!link.record.trial) continue;
    const bool known = !out.empty() && out.back()->record.trial->cohort == link.record.trial->cohort;
    if (!known) out.push_back(&link);
    else if (!ends(out.back()->record.what)) out.back() = &link;
  }
  return out;
}

/// An analysis alone leaves the rest of the rollout's policy as it was, the margins that its ledger had narrowed too.
domain::EvidencePolicy policy_under(const domain::Record& record, const PolicyFile& file) {
  TrialRecord other = *record.trial;
  other.analysis = file.spec.analysis;
  if (file.whole) {
    other.evidence.capabilities = file.spec.evidence.capabilities;
    other.evidence.groups = file.spec.evidence.groups;
    other.breakers = file.spec.breakers;
  }
  return domain::policy_of(other, record.margins);
}

double scores_of(const Verdict& verdict) {
  std::optional<double> blamed;
  std::optional<double> fewest;
  for (const domain::ScoreboardRow& row : verdict.scoreboard) {
    if (std::ranges::find(verdict.blamed, row.capability) != verdict.blamed.end()) {
      blamed = std::max(blamed.value_or(0), row.n_canary);
    }
    if (row.capability != domain::kAggregate) fewest = std::min(fewest.value_or(row.n_canary), row.n_canary);
  }
  return blamed.value_or(fewest.value_or(0));
}

WhatIf decide_again(const Link& link, const WhatIfOrder& order, const SampleSource& source) {
  const TrialRecord& trial = *link.record.trial;
  WhatIf out;
  out.cohort = trial.cohort;
  out.revision = link.record.revision.name;
  out.recorded = ends(link.record.what) ? link.record.what : "UnderWay";
  out.recorded_after = link.record.at - trial.began;
  const domain::EvidencePolicy policy = policy_under(link.record, order.policy);
  const auto history = source.history(history_of(trial, order.prometheus));
  if (!history) out.problem = history.error().message;
  if (!history) return out;
  domain::TrialReplay fold(trial, policy, *history);
  std::size_t samples = 0;
  const Status read = source.samples(question_of(trial, link.record.at, order.prometheus),
                                     [&](const std::vector<domain::Series>& piece) {
                                       samples += count_samples(piece);
                                       fold.add(piece);
                                     });
  if (!read) out.problem = read.error().message;
  else if (samples == 0) {
    out.problem = "no samples of it are stored; Prometheus keeps them for --storage.tsdb.retention.time";
  }
  if (!out.problem.empty()) return out;
  const Verdict verdict = fold.end() ? fold.end()->verdict : fold.verdict(link.record.at);
  out.decision = fold.end() ? std::string(decision_word(verdict.kind)) : "NotYet";
  out.reason = verdict.reason;
  out.after = fold.end() ? fold.end()->age : out.recorded_after;
  out.blamed = verdict.blamed;
  out.canary_scores = scores_of(verdict);
  if (!fold.end()) out.needs = domain::shortfall(verdict, policy);
  return out;
}

std::string needs_text(const domain::Shortfall& needs) {
  const std::string proof = needs.proof == domain::Shortfall::Proof::Regression ? "roll back" : "promote";
  if (!std::isfinite(needs.samples)) {
    return fmt::format("nothing speaks for a promotion yet: {}", printable(needs.capability));
  }
  return fmt::format("needs {:.0f} more of {} to {}", needs.samples, printable(needs.capability), proof);
}

std::string remark(const WhatIf& trial) {
  if (!trial.problem.empty()) return trial.problem;
  if (trial.needs) return needs_text(*trial.needs);
  return trial.blamed.empty() ? trial.reason : trial.reason + ": " + fmt::format("{}", fmt::join(trial.blamed, ", "));
}

nlohmann::ordered_json what_if_json(const std::vector<WhatIf>& trials) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const WhatIf& t : trials) {
    nlohmann::ordered_json one{{"trial", t.cohort},
                               {"revision", t.revision},
                               {"recorded", t.recorded},
                               {"recordedAfter", format_duration(t.recorded_after)}};
    if (t.problem.empty()) {
      one.update({{"decision", t.decision},
                  {"reason", t.reason},
                  {"after", format_duration(t.after)},
                  {"blamed", t.blamed},
                  {"canaryScores", std::llround(t.canary_scores)}});
      if (t.needs) {
        one["needs"] = {
            {"proof", t.needs->proof == domain::Shortfall::Proof::Regression ? "Regression" : "NonInferiority"},
            {"capability", t.needs->capability},
            {"canaryScores",
             std::isfinite(t.needs->samples) ? nlohmann::ordered_json(std::llround(t.needs->samples)) : nullptr}};
      }
    } else {
      one["problem"] = t.problem;
    }
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<std::string>> rollouts_of(const Session& s, const WhatIfOrder& order) {
  if (!order.rollouts.empty()) return order.rollouts;
  std::vector<std::string> names;
  kube::ListOptions options;
  options.ns = order.ns;
  do {
    const auto page = s.client.list(kube::resources::kAgentRollouts, options);
    if (!page) return fail(page.error().during("listing the rollouts of " + order.ns));
    for (const auto& item : page->items) names.push_back(item.at("metadata").at("name").get<std::string>());
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  return names;
}

}  // namespace

Result<Instant> parse_moment(const std::string& text, Instant now) {
  if (const auto at = parse_rfc3339(text)) return *at;
  if (const auto ago = parse_duration(text)) return now - *ago;
  return fail(ErrorKind::Invalid, "\"" + text + "\" is no moment; write 2026-11-24T03:00:00Z, or how long ago: 90m");
}

int run_replay_rollout(const Session& s, const RolloutName& which, const ReplayOrder& order,
                       const SampleSource& samples) {
  const auto chain = read_chain(s, which);
  if (!chain) return failed(s, chain.error());
  const auto trials = trials_of(*chain);
  if (trials.empty()) return failed(s, kNoTrial);
  const Link& link = *trials.back();
  const auto replayed = replay(link, order, samples, s.clock.wall());
  if (!replayed) return failed(s, replayed.error().message);
  if (s.json) {
    s.out << replay_json(link, *replayed).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  } else s.out << replay_screen(link, *replayed);
  if (chain->fault) s.err << "pawl: the chain of records is broken: " << printable(*chain->fault) << "\n";
  return replayed->same_verdict && !chain->fault ? kDone : kDiffers;
}

std::string what_if_table(const std::vector<WhatIf>& trials) {
  std::string out = left("trial", 22) + left("revision", 12) + left("recorded", 13) + left("after", 8) +
                    left("what if", 13) + left("after", 8) + right("scores", 7) + "  \n";
  for (const WhatIf& t : trials) {
    const bool known = t.problem.empty();
    out += left(printable(t.cohort), 21) + " " + left(printable(t.revision), 11) + " " +
           left(printable(t.recorded), 13) + left(age(t.recorded_after), 8) + left(known ? t.decision : "unknown", 13) +
           left(known ? age(t.after) : "-", 8) + right(known ? fmt::format("{:.0f}", t.canary_scores) : "-", 7) + "  " +
           printable(remark(t)) + "\n";
  }
  return out;
}

int run_what_if(const Session& s, const WhatIfOrder& order, const SampleSource& samples) {
  const auto names = rollouts_of(s, order);
  if (!names) return failed(s, names.error());
  std::vector<WhatIf> trials;
  for (const std::string& name : *names) {
    const auto chain = read_chain(s, {order.ns, name});
    if (!chain) return failed(s, chain.error());
    if (chain->fault) {
      s.err << "pawl: the chain of " << printable(name) << "'s records is broken: " << printable(*chain->fault) << "\n";
    }
    for (const Link* link : trials_of(*chain)) {
      if (link->record.at >= s.clock.wall() - order.since) trials.push_back(decide_again(*link, order, samples));
    }
  }
  if (trials.empty()) {
    return failed(s, std::string(kNoTrial) + ", at least not since then; --since 720h looks back 30 days");
  }
  if (s.json) {
    s.out << what_if_json(trials).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  } else s.out << what_if_table(trials);
  return std::ranges::all_of(trials, [](const WhatIf& t) { return t.problem.empty(); }) ? kDone : kFailed;
}

}  // namespace pawl::cli
