#include "adapters/decision_records.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "adapters/objects.h"
#include "base/log.h"
#include "kube/meta.h"

namespace pawl::adapters {
namespace {

namespace res = kube::resources;

std::int64_t sequence_of(const Json& config_map) {
  std::int64_t out = 0;
  const Json::json_pointer place("/metadata/labels/" + std::string("pawl.dev~1record"));
  if (!config_map.contains(place) || !config_map.at(place).is_string()) return out;
  const auto& text = config_map.at(place).get_ref<const std::string&>();
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

}  // namespace

std::string record_name(const std::string& rollout, const std::string& sequence, const std::string& sha256) {
  return rollout.substr(0, 200) + "-record-" + sequence + "-" + sha256.substr(0, 8);
}

Status DecisionRecords::write(const Owner& owner, const domain::Record& record) {
  const std::string body = domain::canonical_text(record);
  const std::string hash = domain::record_sha256(body);
  const std::string sequence = std::to_string(record.sequence);
  const Json object = record_config_map(owner, record_name(owner.name, sequence, hash), sequence, body, hash);
  const auto made = client_.create(res::kConfigMaps, owner.ns, object);
  if (!made && made.error().kind != ErrorKind::Exists) {
    return fail(made.error().during("writing decision record " + sequence));
  }
  newest_.with([&](auto& newest) { newest[{owner.ns, owner.name}] = record.sequence; });
  return {};
}

void DecisionRecords::rotate(const ports::RolloutKey& key) {
  const std::int64_t newest = newest_.with([&](auto& all) {
    const auto it = all.extract(key);
    return it.empty() ? std::int64_t{0} : it.mapped();
  });
  if (newest <= kRecordsKept) return;
  kube::ListOptions options;
  options.ns = key.ns;
  options.label_selector = std::string(kRolloutLabel) + "=" + key.name + "," + kRecordLabel;
  const auto page = client_.list(res::kConfigMaps, options);
  if (!page) {
    return log::warn("old decision records stay",
                     {{"rollout", key.ns + "/" + key.name}, {"error", page.error().message}});
  }
  for (const Json& item : page->items) {
    const std::int64_t sequence = sequence_of(item);
    if (sequence <= 0 || sequence > newest - kRecordsKept) continue;
    const auto gone = client_.remove(res::kConfigMaps, kube::meta_of(item).key, kube::meta_of(item).uid);
    if (!gone && gone.error().kind != ErrorKind::NotFound) {
      return log::warn("old decision records stay",
                       {{"rollout", key.ns + "/" + key.name}, {"error", gone.error().message}});
    }
  }
}

void DecisionRecords::forget(const ports::RolloutKey& key) {
  newest_.with([&](auto& newest) { newest.erase(key); });
}

}  // namespace pawl::adapters
