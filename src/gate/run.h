// Runs candidate and stable on the same cases, and hands the judged answers to the gate's rule.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/gate/gate_input.h"
#include "gate/case_graders.h"
#include "gate/target.h"

namespace pawl::gate {

struct Progress {
  std::size_t done = 0;  ///< answered, or given up
  std::size_t planned = 0;
};

/// What is known of one side before it is asked.
struct SideOrder {
  Target* target = nullptr;
  std::string revision{};  ///< its name in reports
  std::string digest{};    ///< that it must serve; empty: whichever it serves when the run begins
};

struct RunOrder {
  std::vector<domain::Case> cases{};         ///< ids unique
  std::vector<domain::Tier> tiers{};         ///< by case
  std::vector<domain::WaivedCase> waived{};  ///< for the report alone
  std::string suites_digest{};
  SideOrder candidate{};
  std::optional<SideOrder> stable{};  ///< absent: a first revision
  std::vector<std::string> claimed{};
  int candidate_number = 1;
  int epochs = 3;
  std::uint64_t seed = 0;
  int concurrency = 8;       ///< requests at a time, both sides together
  int retries = 5;           ///< of one question, after transport failures only
  Duration retry_wait{200};  ///< before the first; doubles, with jitter, up to five seconds
  std::string journal{};     ///< path; empty: a run that is cut off begins anew
};

struct RunResult {
  domain::GateInput input;
  std::size_t asked = 0;
  std::size_t read_back = 0;  ///< answers that a run before this one had got already
};

/// Called from the threads that ask, one call at a time; must be quick.
using OnProgress = std::function<void(const Progress&)>;

/// Blocks until every question has its answer or cannot get one. A side that does not answer several questions in a row
/// is given up, and what it leaves open is missing from the result: the rule makes `Insufficient` of that.
///
/// A run is void, ErrorKind::Conflict with the reason, when a side did not serve the bundle it should before, during or
/// after it: then nobody knows whose answers these were. Its journal is emptied. Other errors: Cancelled, after which
/// the same order goes on with the journal; whatever the journal says; Invalid for an order that is wrong.
Result<RunResult> run_gate(const RunOrder& order, const CaseGraders& graders, const OnProgress& on_progress,
                           const std::stop_token& stop);

}  // namespace pawl::gate
