// `pawl replay --vectors`: are the formulas of this build those that a file of reference vectors asks for? Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace pawl::cli {

struct VectorMiss {
  std::string id;
  std::string formula;
  std::string what;  ///< the first thing that differs
};

struct VectorsReport {
  std::size_t passed = 0;
  std::vector<VectorMiss> misses;  ///< in the order of the file
};

/// Computes every vector and compares all that is expected of it, to the vector's own tolerance. A formula, or a value,
/// that this build does not know is a miss. Malformed when the text is no file of vectors, or has none.
Result<VectorsReport> check_vectors(std::string_view text);

/// One line for each miss, then "N passed, N failed".
std::string vectors_text(const VectorsReport& report);

}  // namespace pawl::cli
