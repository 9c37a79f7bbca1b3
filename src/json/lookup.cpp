#include "json/lookup.h"

#include <nlohmann/json.hpp>

namespace pawl::json {

const nlohmann::json* find(const nlohmann::json& object, std::initializer_list<const char*> path) {
  const nlohmann::json* here = &object;
  for (const char* key : path) {
    if (!here->is_object()) return nullptr;
    const auto next = here->find(key);
    if (next == here->end()) return nullptr;
    here = &*next;
  }
  return here;
}

std::string text_at(const nlohmann::json& object, const char* key) { return text_at(object, {key}); }

std::string text_at(const nlohmann::json& object, std::initializer_list<const char*> path) {
  const nlohmann::json* const found = find(object, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string{};
}

nlohmann::json object_at(const nlohmann::json& object, const char* key) {
  const nlohmann::json* const found = find(object, {key});
  return found != nullptr && found->is_object() ? *found : nlohmann::json::object();
}

}  // namespace pawl::json
