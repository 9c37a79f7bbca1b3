#include "kube/list_reader.h"

#include <nlohmann/json.hpp>

namespace pawl::kube {

using Json = nlohmann::json;

nlohmann::json read_list(std::string_view body, const std::function<void(Json&)>& take) {
  using Event = Json::parse_event_t;
  constexpr int kField = 1;  // how deep {"items": [ ... ]} lies in the answer
  constexpr int kItem = 2;   // and each object in it
  bool next_is_items = false;
  bool inside_items = false;
  return Json::parse(
      body,
      [&](int depth, Event event, Json& parsed) {
        if (depth == kField && event == Event::key) next_is_items = parsed == "items";
        if (depth == kField && event == Event::array_start) inside_items = next_is_items;
        if (depth == kField && event == Event::array_end) inside_items = false;
        if (depth != kItem || event != Event::object_end || !inside_items) return true;
        take(parsed);
        return false;
      },
      false);
}

}  // namespace pawl::kube
