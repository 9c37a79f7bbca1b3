// One finished interaction as an agent reports it, and its reading from JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/gate/answer.h"

namespace pawl::scorer {

using domain::ToolCall;

struct Interaction {
  std::string agent;             ///< what the record says; never used where the sender's identity is known
  std::string claimed_revision;  ///< what the record says; kept for people to see, never counted
  std::string conversation;
  std::string id;
  Instant start;
  Instant end;
  std::string capability;  ///< the agent's own word
  std::string input;
  std::string output;
  std::vector<ToolCall> tool_calls;
  int input_tokens = 0;
  int output_tokens = 0;
  std::string error;
  std::vector<std::string> events;  ///< what befell it, "retry", as often as it did: pawl_events_total{kind}
};

/// A JSON array of records, or one record. Unknown fields (a score, for one) are ignored; long texts are cut.
/// One malformed record makes the whole batch Malformed, with its position and field.
Result<std::vector<Interaction>> read_interactions(std::string_view json);

/// The same field names, for GET /failures.
std::string write_interaction(const Interaction& interaction);

}  // namespace pawl::scorer
