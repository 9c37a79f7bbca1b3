#include "kube/meta.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "json/lookup.h"

namespace pawl::kube {

namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.front() != '0' && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Meta meta_of(const nlohmann::json& object) {
  if (!object.is_object()) return {};
  const auto it = object.find("metadata");
  if (it == object.end() || !it->is_object()) return {};
  return {{json::text_at(*it, "namespace"), json::text_at(*it, "name")},
          json::text_at(*it, "uid"),
          json::text_at(*it, "resourceVersion")};
}

std::optional<std::strong_ordering> compare_versions(std::string_view a, std::string_view b) {
  if (!is_number(a) || !is_number(b)) return std::nullopt;
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

bool older(std::string_view a, std::string_view b) {
  const auto order = compare_versions(a, b);
  return order && *order < 0;
}

}  // namespace pawl::kube
