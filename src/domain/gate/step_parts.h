// What several steps of the gate's rule need to answer. Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/gate/gate_steps.h"

namespace pawl::domain {

GateStep step(std::string name, GateVerdict verdict, std::string reason, std::string message,
              std::vector<Number> numbers = {});
/// The step as everyone may read it too: if held-out cases went into it, what is told is its verdict's coarse word.
GateStep veiled(GateStep step, bool held_out);
/// Held-out cases are among the planned ones.
bool has_held_out(const GateInput& input);
/// The first five, and how many more there are.
std::string listed(const std::vector<std::string>& names);
/// Capabilities that the policy requires and no case asks for: no data is no proof.
std::vector<std::string> without_cases(const Gate& gate);

}  // namespace pawl::domain
