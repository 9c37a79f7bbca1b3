// The formulas that a file of test vectors may name, each computed by the code that decides in production. Pure.
#pragma once

#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cli/replay/vector_input.h"

namespace pawl::cli {

struct VectorFormula {
  std::string_view name;
  /// An object of named results. They mean nothing if the input has a fault.
  nlohmann::json (*compute)(VectorInput&);
};

/// Null: this build does not know the formula.
const VectorFormula* find_formula(std::string_view name);

}  // namespace pawl::cli
