// What an agent answered to one input, as the graders see it: the same for a held-out case and for a user's request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace pawl::domain {

struct ToolCall {
  std::string name;
  std::string arguments;  ///< JSON text of an object, as the agent wrote it: it may be no JSON at all
  bool operator==(const ToolCall&) const = default;
};

struct Usage {
  int input_tokens = 0;
  int output_tokens = 0;
  bool operator==(const Usage&) const = default;
};

struct Answer {
  std::string text;
  std::vector<ToolCall> tool_calls{};  ///< in the order they were made
  Usage usage{};
  std::optional<double> cost_usd{};   ///< absent: not known, which is not the same as free
  std::optional<Duration> latency{};  ///< from the request to the whole answer; absent: not measured
  std::string error{};                ///< not empty: the agent failed, and whatever else is here does not count
  bool operator==(const Answer&) const = default;
};

}  // namespace pawl::domain
