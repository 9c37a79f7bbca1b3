// Scores a behaviour on requests without a cluster: the same agent loop, the same graders.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/behaviour.h"
#include "model/chat.h"
#include "scorer/grading.h"

namespace pawl::demo {

struct Mean {
  double sum = 0;
  int count = 0;
  [[nodiscard]] double value() const { return count == 0 ? 0 : sum / count; }
};

struct Measured {
  std::map<std::string, Mean> capabilities;
  Mean overall;
  std::map<std::string, int> violations;
  int ungraded = 0;
};

/// One request, answered and graded.
scorer::Grade try_request(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                          const std::string& request);

Measured measure(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                 const std::vector<std::string>& requests);

}  // namespace pawl::demo
