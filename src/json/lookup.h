// Values that may not be there, looked up in JSON that somebody else wrote. What is absent, or of another type, reads
// as empty; where a wrong type is a fault to be told, see Cursor.
#pragma once

#include <initializer_list>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace pawl::json {

/// Null if any key of the path is missing.
const nlohmann::json* find(const nlohmann::json& object, std::initializer_list<const char*> path);

std::string text_at(const nlohmann::json& object, const char* key);
std::string text_at(const nlohmann::json& object, std::initializer_list<const char*> path);
/// `{}` if there is none.
nlohmann::json object_at(const nlohmann::json& object, const char* key);

}  // namespace pawl::json
