// Reads the answer to a list one object at a time.
#pragma once

#include <functional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace pawl::kube {

/// Calls `take` with each object of `items`, in order, and returns the rest of the answer, without them. As JSON an
/// object needs many times the room of its text, so that no more than one of them is held. The result is discarded
/// (`is_discarded()`) if `body` is no JSON, also when objects were taken before that was seen.
nlohmann::json read_list(std::string_view body, const std::function<void(nlohmann::json&)>& take);

}  // namespace pawl::kube
