#include "gate/run.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "base/sha256.h"
#include "domain/gate/plan.h"
#include "gate/journal.h"
#include "runtime/backoff.h"
#include "runtime/pause.h"

namespace pawl::gate {
namespace {

using domain::Question;
using domain::Side;

/// So many questions in a row that could not be put to a side, each with all its retries: the side is gone.
constexpr int kGoneAfter = 3;
constexpr Duration kRetryWaitMax{5'000};

Error void_run(const std::string& why) { return fail(ErrorKind::Conflict, "the run is void: " + why).value(); }

Status check_order(const RunOrder& order) {
  const auto wrong = [](const char* what) { return fail(ErrorKind::Invalid, what); };
  if (order.cases.empty()) return wrong("there are no cases to ask; name a suite that has some");
  if (order.epochs < 1) return wrong("epochs must be at least 1");
  if (order.concurrency < 1) return wrong("concurrency must be at least 1");
  if (order.tiers.size() != order.cases.size()) return wrong("each case needs a tier");
  return {};
}

/// What the threads that ask share about one side.
struct SideState {
  std::vector<domain::JudgedAnswer> answers;  ///< under the run's lock
  std::atomic<int> unreachable{0};            ///< questions in a row that could not be put
  std::string digest;
  [[nodiscard]] bool gone() const { return unreachable.load() >= kGoneAfter; }
};

class Run {
 public:
  Run(const RunOrder& order, const CaseGraders& graders, const OnProgress& on_progress)
      : order_(order), graders_(graders), on_progress_(on_progress) {}

  Result<RunResult> run(const std::stop_token& stop) {
    const std::stop_callback pass_on(stop, [this] { halt_.request_stop(); });
    if (auto done = identify(stop); !done) return fail(done.error());
    if (auto done = read_back(); !done) return fail(done.error());
    tell();
    ask_all();
    if (trouble_) return voided(*trouble_);
    if (stop.stop_requested()) {
      return fail(ErrorKind::Cancelled, "the run was stopped; the same order goes on with the journal");
    }
    if (auto done = identify_again(stop); !done) return voided(done.error());
    return result();
  }

 private:
  [[nodiscard]] const SideOrder& order_of(Side side) const {
    return side == Side::Candidate ? order_.candidate : *order_.stable;
  }
  [[nodiscard]] SideState& state_of(Side side) { return side == Side::Candidate ? candidate_ : stable_; }

  /// Which bundle each side serves, before anything is asked.
  Status identify(const std::stop_token& stop) {
    for (const Side side : sides()) {
      const SideOrder& order = order_of(side);
      const auto digest = order.target->digest(stop);
      if (!digest) {
        return fail(
            digest.error().during("before the run, asking " + std::string(to_string(side)) + " which bundle it runs"));
      }
      if (!order.digest.empty() && *digest != order.digest) {
        return fail(
            void_run(std::string(to_string(side)) + " runs the bundle " + *digest + " and should run " + order.digest));
      }
      state_of(side).digest = *digest;
    }
    if (order_.stable && candidate_.digest == stable_.digest) {
      return fail(void_run("both addresses run the bundle " + candidate_.digest +
                           ", so there is nothing to compare; check that each reaches its own revision"));
    }
    return {};
  }

  /// That nobody was replaced in the meantime. A side that is gone has left answers open: that says enough.
  Status identify_again(const std::stop_token& stop) {
    for (const Side side : sides()) {
      const auto digest = order_of(side).target->digest(stop);
      const std::string& expected = state_of(side).digest;
      if (digest && *digest != expected) {
        return fail(void_run(std::string(to_string(side)) + " ran the bundle " + expected + " before the run and " +
                             *digest + " after it"));
      }
      if (!digest && !state_of(side).gone()) {
        return fail(void_run("after it " + std::string(to_string(side)) +
                             " did not say which bundle it runs: " + digest.error().message));
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<Side> sides() const {
    return order_.stable ? std::vector<Side>{Side::Candidate, Side::Stable} : std::vector<Side>{Side::Candidate};
  }

  /// Everything that must be equal for an answer of an earlier run to count.
  [[nodiscard]] std::string run_digest() const {
    return sha256_hex("run 1\n" + order_.suites_digest + "\n" + graders_.digest() + "\n" + candidate_.digest + "\n" +
                      stable_.digest + "\n" + std::to_string(order_.epochs) + "\n");
  }

  Status read_back() {
    plan_ = domain::plan_questions({order_.cases.size(), order_.epochs, order_.stable.has_value(), order_.seed});
    planned_ = plan_.size();
    if (order_.journal.empty()) return {};
    auto opened = Journal::open(order_.journal, run_digest());
    if (!opened) return fail(opened.error());
    journal_ = std::move(*opened);
    take(journal_->take_finished());
    return {};
  }

  void take(const std::vector<Finished>& finished) {
    std::map<std::string, std::size_t> place;
    for (std::size_t at = 0; at < order_.cases.size(); ++at) place[order_.cases[at].id] = at;
    std::vector<std::vector<bool>> done(
        2, std::vector<bool>(order_.cases.size() * static_cast<std::size_t>(order_.epochs)));
    const auto slot = [&](std::size_t at, int epoch) {
      return at * static_cast<std::size_t>(order_.epochs) + static_cast<std::size_t>(epoch);
    };
    for (const Finished& each : finished) {
      const auto found = place.find(each.case_id);
      if (found == place.end() || each.epoch < 0 || each.epoch >= order_.epochs ||
          (each.side == Side::Stable && !order_.stable)) {
        continue;
      }
      done[static_cast<std::size_t>(each.side)][slot(found->second, each.epoch)] = true;
      const Question question{found->second, each.epoch, each.side};
      if (each.judged) keep(question, *each.judged);
      else judge(question, each.answer);
      ++read_back_;
    }
    std::erase_if(plan_,
                  [&](const Question& q) { return done[static_cast<std::size_t>(q.side)][slot(q.at, q.epoch)]; });
  }

  void ask_all() {
    std::vector<std::jthread> threads;
    const std::size_t most = std::min(plan_.size(), static_cast<std::size_t>(order_.concurrency));
    for (std::size_t i = 0; i < most; ++i) {
      threads.emplace_back([this, i] {
        Random random(order_.seed + i);
        for (std::size_t at = next_.fetch_add(1); at < plan_.size() && !halt_.stop_requested();
             at = next_.fetch_add(1)) {
          ask(plan_[at], random);
        }
      });
    }
  }

  void ask(const Question& question, Random& random) {
    SideState& side = state_of(question.side);
    const auto reply =
        side.gone() ? Result<Reply>(fail(ErrorKind::Unavailable, "given up")) : ask_patiently(question, random);
    if (reply) {
      side.unreachable = 0;
      if (!reply->digest.empty() && reply->digest != side.digest) {
        return give_up(void_run(std::string(to_string(question.side)) + " should run the bundle " + side.digest +
                                ", and an answer came from " + reply->digest));
      }
      asked_.fetch_add(1);
      if (journal_ &&
          !note(journal_->answered(question.side, order_.cases[question.at].id, question.epoch, reply->answer))) {
        return;
      }
      judge(question, reply->answer);
    } else if (reply.error().kind == ErrorKind::Cancelled) {
      return;
    } else {
      ++side.unreachable;
    }
    ++gone_through_;
    tell();
  }

  /// Only when nothing came back it asks once more: an answer that could be asked for again would be a second chance.
  Result<Reply> ask_patiently(const Question& question, Random& random) {
    const runtime::BackoffPolicy waits{.base = order_.retry_wait,
                                       .factor = 2,
                                       .cap = kRetryWaitMax,
                                       .jitter_low = 0.5,
                                       .jitter_high = 1,
                                       .reset_after = std::nullopt};
    const domain::Case& one = order_.cases[question.at];
    auto reply = order_of(question.side).target->ask(one, halt_.get_token());
    for (int failures = 0; failures < order_.retries && !reply && reply.error().kind == ErrorKind::Unavailable &&
                           !state_of(question.side).gone();
         ++failures) {
      runtime::pause(runtime::backoff_delay(waits, failures, random), halt_.get_token());
      if (halt_.stop_requested()) return fail(ErrorKind::Cancelled, "stopped");
      reply = order_of(question.side).target->ask(one, halt_.get_token());
    }
    return reply;
  }

  void judge(const Question& question, const domain::Answer& answer) {
    domain::JudgedAnswer judged = graders_.judge(question.at, question.epoch, answer);
    const bool decided = judged.score.has_value() && graders_.asks_model(question.at);
    if (journal_ && decided && !note(journal_->judged(question.side, judged))) return;
    keep(question, std::move(judged));
  }

  void keep(const Question& question, domain::JudgedAnswer judged) {
    const std::scoped_lock lock(mutex_);
    state_of(question.side).answers.push_back(std::move(judged));
  }

  bool note(const Status& written) {
    if (!written) give_up(written.error());
    return written.has_value();
  }

  /// The first trouble counts; everybody stops.
  void give_up(Error why) {
    const std::scoped_lock lock(mutex_);
    if (!trouble_) trouble_ = std::move(why);
    halt_.request_stop();
  }

  void tell() {
    if (!on_progress_) return;
    const std::scoped_lock lock(telling_);
    on_progress_({read_back_ + gone_through_.load(), planned_});
  }

  Result<RunResult> voided(const Error& why) {
    if (journal_ && why.kind == ErrorKind::Conflict) {
      if (const auto emptied = journal_->forget(); !emptied) return fail(emptied.error());
    }
    return fail(why);
  }

  Result<RunResult> result() {
    RunResult out;
    for (std::size_t at = 0; at < order_.cases.size(); ++at) {
      out.input.cases.push_back({order_.cases[at].id, order_.cases[at].capability, order_.tiers[at],
                                 graders_.informs(at), graders_.judge_errors(at)});
    }
    out.input.candidate = arm(Side::Candidate);
    if (order_.stable) out.input.stable = arm(Side::Stable);
    out.input.claimed = order_.claimed;
    out.input.waived = order_.waived;
    out.input.candidate_number = order_.candidate_number;
    out.asked = asked_.load();
    out.read_back = read_back_;
    return out;
  }

  domain::ArmRun arm(Side side) {
    SideState& state = state_of(side);
    // In the order of cases and epochs, whichever thread was first: equal answers give an equal report.
    std::sort(state.answers.begin(), state.answers.end(),
              [](const auto& a, const auto& b) { return std::tie(a.case_id, a.epoch) < std::tie(b.case_id, b.epoch); });
    return {order_of(side).revision, state.digest, order_.suites_digest, graders_.digest(), std::move(state.answers)};
  }

  const RunOrder& order_;
  const CaseGraders& graders_;
  const OnProgress& on_progress_;
  SideState candidate_;
  SideState stable_;
  std::unique_ptr<Journal> journal_;
  std::vector<Question> plan_;
  std::size_t planned_ = 0;
  std::size_t read_back_ = 0;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> asked_{0};
  std::atomic<std::size_t> gone_through_{0};
  std::stop_source halt_;
  std::mutex mutex_;
  std::mutex telling_;
  std::optional<Error> trouble_;
};

}  // namespace

Result<RunResult> run_gate(const RunOrder& order, const CaseGraders& graders, const OnProgress& on_progress,
                           const std::stop_token& stop) {
  if (const auto sound = check_order(order); !sound) return fail(sound.error());
  return Run(order, graders, on_progress).run(stop);
}

}  // namespace pawl::gate
