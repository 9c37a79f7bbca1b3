// `pawl plan`: one screen of what a policy costs. Pure.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/plan/plan.h"

namespace pawl::cli {

/// Lines of at most 100 columns, in plain text.
std::string plan_screen(const PlanInput& input, const Plan& plan);
/// The same for programs; what never happens is null.
nlohmann::json plan_json(const PlanInput& input, const Plan& plan);

}  // namespace pawl::cli
