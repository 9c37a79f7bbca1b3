// A failing interaction as it is kept. The credential it came with was never stored.
#pragma once

#include <string>

#include "scorer/grading.h"
#include "scorer/interaction.h"
#include "scorer/sender_identity.h"

namespace pawl::scorer {

struct Failure {
  Interaction interaction;
  Sender sender;
  Grade grade;

  /// Whose failure it is, as the sender's identity says; the record's word only where that is silent.
  [[nodiscard]] const std::string& agent() const { return sender.agent.empty() ? interaction.agent : sender.agent; }
};

}  // namespace pawl::scorer
