// A failing interaction as it is kept. The credential it came with was never stored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

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

/// As GET /failures shows it and the scorer's folder keeps it: the record, with agent, revision and capability as the
/// scorer found them, and with the grade.
nlohmann::json failure_json(const Failure& failure);
/// The same back, but for the pod's name; nothing if it is none.
std::optional<Failure> read_failure(std::string_view json);

}  // namespace pawl::scorer
