#include "cli/commands.h"

#include <ostream>

#include <nlohmann/json.hpp>

#include "cli/plan/plan_screen.h"
#include "cli/rollout/chain.h"
#include "cli/rollout/provenance_screen.h"
#include "cli/rollout/status_screen.h"
#include "cli/rollout/why_screen.h"
#include "cli/rollout_policy_file.h"
#include "cli/text.h"

namespace pawl::cli {
namespace {

int report(const Session& s, const Error& error) {
  s.err << "pawl: " << printable(explain(error)) << "\n";
  return kFailed;
}

/// Texts of agents may not be UTF-8; a report with a '?' is better than none.
std::string dump(const nlohmann::json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

ChainHead head_of(const domain::RolloutStatus& status) {
  return status.last_decision ? ChainHead{status.last_decision->record, status.last_decision->record_sha256}
                              : ChainHead{};
}

struct Past {
  Picture picture;
  Chain chain;
};

/// The status first: a record is stored before the status that names it, so a later list has all of the chain.
Result<Past> read_past(const Session& s, const RolloutName& which) {
  auto picture = read_rollout(s.client, which, s.clock.wall());
  if (!picture) return fail(picture.error());
  const auto found = read_records(s.client, which);
  if (!found) return fail(found.error());
  Chain chain = walk_chain(*found, head_of(picture->status), which.ns + "/" + which.name);
  return Past{std::move(*picture), std::move(chain)};
}

/// Good news on standard output, the rest on standard error, as scripts expect it. JSON is always an answer.
int finish(const Session& s, const WaitAnswer& answer) {
  if (s.json) s.out << dump({{"exitCode", answer.exit_code}, {"text", answer.text}});
  else (answer.exit_code == kDone ? s.out : s.err) << printable(answer.text) << "\n";
  return answer.exit_code;
}

/// One look of a wait. The edit's own object is asked only when the rollout has nothing to say of it.
std::optional<WaitAnswer> look(const Session& s, const RolloutName& which, const Picture& picture, Goal goal,
                               const std::string& revision) {
  if (auto answer = judge_wait(picture.status, picture.generation, goal, revision)) return answer;
  const bool judged = picture.status.candidate && picture.status.candidate->revision.name == revision;
  if (goal == Goal::Stable || revision.empty() || judged) return std::nullopt;
  const auto status = read_revision_status(s.client, which, revision);
  return status ? judge_refusal(*status, revision) : std::nullopt;
}

constexpr double kMostPerMinute = 1e9;

int complain(std::ostream& err, const std::string& what) {
  err << "pawl: " << printable(what) << "\n";
  return kFailed;
}

/// What the order says goes before what was seen.
Status put_numbers(const PlanOrder& order, PlanInput& input) {
  const auto rates = read_per_capability("--rate", order.rates, kMostPerMinute);
  if (!rates) return fail(rates.error());
  const auto pass_rates = read_per_capability("--pass-rate", order.pass_rates, 1);
  if (!pass_rates) return fail(pass_rates.error());
  const auto put = [](const PerCapability& given, PerCapability& into) {
    if (given.all) into = {given.all, {}};
    for (const auto& [name, value] : given.own) into.own[name] = value;
  };
  put(*rates, input.rates);
  put(*pass_rates, input.pass_rates);
  if (!order.rates.empty()) {
    input.source =
        input.source.empty() || rates->all ? "as given with --rate" : input.source + ", some as given with --rate";
  }
  return {};
}

int print_plan(std::ostream& out, std::ostream& err, bool json, PlanInput input, const PlanOrder& order) {
  if (auto put = put_numbers(order, input); !put) return complain(err, put.error().message);
  const auto plan = make_plan(input);
  if (!plan) return complain(err, plan.error().message);
  out << (json ? dump(plan_json(input, *plan)) : plan_screen(input, *plan));
  return kDone;
}

int exit_code(const Chain& chain) { return chain.fault ? kRolledBack : kDone; }

}  // namespace

int run_status(const Session& s, const RolloutName& which) {
  const auto picture = read_picture(s.client, which, s.clock.wall());
  if (!picture) return report(s, picture.error());
  s.out << (s.json ? dump(status_json(*picture)) : status_screen(*picture));
  return kDone;
}

int run_why(const Session& s, const RolloutName& which) {
  const auto past = read_past(s, which);
  if (!past) return report(s, past.error());
  s.out << (s.json ? dump(why_json(past->picture, past->chain)) : why_screen(past->picture, past->chain));
  return exit_code(past->chain);
}

int run_verify(const Session& s, const RolloutName& which) {
  const auto past = read_past(s, which);
  if (!past) return report(s, past.error());
  s.out << (s.json ? dump(verification_json(past->chain)) : verification(past->chain));
  return exit_code(past->chain);
}

int run_show(const Session& s, const RolloutName& which) {
  const auto past = read_past(s, which);
  if (!past) return report(s, past.error());
  s.out << (s.json ? dump(decisions_json(past->chain)) : decisions_table(past->chain));
  return exit_code(past->chain);
}

int run_plan(const Session& s, const RolloutName& which, const PlanOrder& order) {
  const auto past = read_past(s, which);
  if (!past) return report(s, past.error());
  PlanInput input;
  input.title = which.ns + "/" + which.name;
  input.spec = past->picture.spec;
  input.narrowed = domain::narrowed_margins(input.spec, past->picture.status.loss_ledger);
  std::vector<domain::Record> records;
  for (const Link& link : past->chain.links) records.push_back(link.record);
  if (auto seen = seen_traffic(records)) {
    input.rates = std::move(seen->rates);
    input.pass_rates = std::move(seen->pass_rates);
    input.source = std::move(seen->source);
  }
  return print_plan(s.out, s.err, s.json, std::move(input), order);
}

int run_plan_of_text(std::ostream& out, std::ostream& err, bool json, const std::string& title, const std::string& text,
                     const PlanOrder& order) {
  auto policy = read_policy(text);
  if (!policy) return complain(err, title + ": " + policy.error().message);
  PlanInput input;
  input.title = title;
  input.spec = std::move(policy->spec);
  return print_plan(out, err, json, std::move(input), order);
}

int run_wait(const Session& s, const RolloutName& which, const WaitOrder& order,
             const std::function<void(Duration)>& sleep) {
  const auto end = s.clock.boot() + std::chrono::duration_cast<BootTime>(order.timeout);
  std::string revision = order.revision;
  std::string last = "it was not seen";
  while (true) {
    const auto picture = read_rollout(s.client, which, s.clock.wall());
    // What cannot be reached now may be reached later; what is wrong stays wrong.
    if (!picture && picture.error().kind != ErrorKind::Unavailable && picture.error().kind != ErrorKind::RateLimited) {
      return report(s, picture.error());
    }
    if (picture) {
      if (revision.empty() && picture->status.candidate) revision = picture->status.candidate->revision.name;
      if (const auto answer = look(s, which, *picture, order.goal, revision)) {
        return finish(s, *answer);
      }
      last = picture->status.next.what;
    } else {
      last = picture.error().message;
    }
    if (s.clock.boot() >= end) {
      return finish(
          s, {kTimeout, "still under way after " + format_duration(order.timeout) + ": " + last +
                            "; wait longer with --timeout, or look: pawl status " + which.name + " -n " + which.ns});
    }
    sleep(order.interval);
  }
}

}  // namespace pawl::cli
