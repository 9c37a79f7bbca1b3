#include "cli/rollout/provenance_screen.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "cli/text.h"
#include "codec/share.h"

namespace pawl::cli {
namespace {

std::string table_line(const Link& link) {
  const domain::Record& r = link.record;
  const std::string at = format_rfc3339(std::chrono::floor<std::chrono::seconds>(r.at));
  const std::string weight = codec::format_share(r.canary_before) + " -> " + codec::format_share(r.canary_after);
  return right(std::to_string(r.sequence), 4) + "  " + left(at, 21) + left(printable(r.what), 13) +
         left(printable(r.revision.name), 13) + left(weight, 14) + left(printable(r.reason), 20) + " " +
         short_hash(domain::record_sha256(link.found.text)) + "\n";
}

}  // namespace

std::string verification(const Chain& chain) {
  if (chain.fault) return labelled("", "chain BROKEN: " + *chain.fault, 10, 0);
  if (chain.links.empty()) return "0 records, chain holds: nothing was decided yet\n";
  const std::int64_t first = chain.links.front().record.sequence;
  const std::string rest =
      first == 1 ? std::string{} : fmt::format(" from record {} on; older ones are not stored", first);
  return counted(chain.links.size(), "record") + ", chain holds" + rest + "\n";
}

nlohmann::json verification_json(const Chain& chain) {
  nlohmann::json out{{"records", chain.links.size()}, {"chainHolds", !chain.fault.has_value()}};
  if (chain.fault) out["fault"] = *chain.fault;
  if (!chain.links.empty()) out["firstRecord"] = chain.links.front().record.sequence;
  return out;
}

std::string decisions_table(const Chain& chain) {
  std::string out = right("#", 4) + "  " + left("at", 21) + left("decision", 13) + left("revision", 13) +
                    left("weight", 14) + left("reason", 20) + " sha256\n";
  for (const Link& link : chain.links) out += table_line(link);
  return out + "\n" + verification(chain);
}

nlohmann::json decisions_json(const Chain& chain) {
  nlohmann::json out = verification_json(chain);
  out["decisions"] = nlohmann::json::array();
  for (const Link& link : chain.links) {
    out["decisions"].push_back({{"sha256", domain::record_sha256(link.found.text)},
                                {"configMap", link.found.config_map},
                                {"record", nlohmann::json::parse(link.found.text, nullptr, false)}});
  }
  return out;
}

}  // namespace pawl::cli
