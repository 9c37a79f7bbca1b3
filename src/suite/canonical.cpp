#include "suite/canonical.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace pawl::suite {
namespace {

/// Up to here a double holds every integer, so nothing is lost by writing it as one.
constexpr double kExactMax = 9'007'199'254'740'992.0;

bool needs_change(const Json& value) {
  if (value.is_number_float()) return true;
  if (!value.is_structured()) return false;
  for (const Json& item : value) {
    if (needs_change(item)) return true;
  }
  return false;
}

Json with_plain_numbers(const Json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    const bool whole = std::isfinite(number) && std::abs(number) < kExactMax && number == std::floor(number);
    return whole ? Json(static_cast<std::int64_t>(number)) : value;
  }
  if (!value.is_structured()) return value;
  Json plain = value;
  for (Json& item : plain) item = with_plain_numbers(item);
  return plain;
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string canonical_json(const Json& value) {
  return needs_change(value) ? dump(with_plain_numbers(value)) : dump(value);
}

}  // namespace pawl::suite
