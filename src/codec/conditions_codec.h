// metav1.Condition lists <-> domain::Condition.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "domain/conditions.h"
#include "json/cursor.h"

namespace pawl::codec {

using json::Json;

/// The conditions of a status. Unsound ones are reported to `reading` and left out. Sorted by type.
std::vector<domain::Condition> read_conditions(const json::Cursor& status, json::Reading& reading);

/// A JSON list in the given order.
Json render_conditions(const std::vector<domain::Condition>& conditions);

}  // namespace pawl::codec
