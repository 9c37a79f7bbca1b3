#include "scorer/answer.h"

#include <nlohmann/json.hpp>

namespace pawl::scorer {

using Json = nlohmann::json;

Answer refusal(int status, const std::string& message) {
  return {status, Json{{"error", message}}.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

std::string bearer_of(const std::string& authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  return authorization.rfind(kScheme, 0) == 0 ? authorization.substr(kScheme.size()) : "";
}

}  // namespace pawl::scorer
