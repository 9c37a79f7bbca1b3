#include "cli/rollout/why_screen.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "cli/rollout/score_table.h"
#include "cli/text.h"
#include "codec/share.h"

namespace pawl::cli {
namespace {

constexpr std::size_t kLabel = 10;
constexpr std::size_t kManyLines = 40;

std::string field(std::string_view label, const std::string& text) { return labelled(label, text, kManyLines, kLabel); }

std::string title(const Picture& p, const domain::Decision& decision) {
  return printable(fmt::format("{}/{}  {} {}  {}", p.ns, p.name, decision.what, decision.revision.name,
                               moment_and_age(decision.at, p.now))) +
         "\n\n";
}

/// The newest link, if the chain got as far as finding it.
const Link* newest(const Chain& chain) { return chain.links.empty() ? nullptr : &chain.links.back(); }

std::string of_record(const Picture& p, const domain::Record& record) {
  std::string out = field("Rule", record.rule);
  out += field("Reason", record.reason + (record.message.empty() ? "" : ": " + record.message));
  out += field("Revision", record.revision.name + ", digest " + record.revision.digest);
  out += field("Weight", codec::format_share(record.canary_before) + " -> " + codec::format_share(record.canary_after));
  out += field("Actor", record.actor);
  out += field("Policy", "sha256 " + record.policy_sha256);
  if (record.scoreboard.empty()) return out + field("Evidence", "this rule needs no numbers");
  return out + field("Evidence", certainty(record.scoreboard)) + "\n" +
         score_table(record.scoreboard, p.spec.analysis.min_samples) + "\n";
}

std::string link_text(const Chain& chain) {
  if (chain.fault) return "BROKEN: " + *chain.fault;
  const std::int64_t first = chain.links.front().record.sequence;
  const std::string start =
      first == 1 ? std::string("the first decision") : fmt::format("record {}; older ones are not stored", first);
  return fmt::format("holds: {} back to {}", counted(chain.links.size(), "record"), start);
}

std::string of_chain(const domain::Decision& decision, const Chain& chain) {
  std::string out;
  if (const Link* link = newest(chain)) {
    out += field("Record", fmt::format("{}, ConfigMap {}", link->record.sequence, link->found.config_map)) +
           field("", "sha256 " + decision.record_sha256);
    out += field("Parent",
                 link->record.parent_sha256.empty() ? "none: it is the first" : "sha256 " + link->record.parent_sha256);
  } else {
    out += field("Record", decision.record + ", not found or changed") + field("", "sha256 " + decision.record_sha256);
  }
  return out + field("Chain", link_text(chain));
}

std::string now_text(const Picture& p) {
  const domain::Condition* ready = domain::find_condition(p.status.conditions, "Ready");
  if (ready == nullptr) return p.status.next.what.empty() ? "nothing is under way" : p.status.next.what;
  return ready->reason + ": " + ready->message;
}

}  // namespace

std::string why_screen(const Picture& p, const Chain& chain) {
  if (!p.status.last_decision) {
    return printable(p.ns + "/" + p.name) + "  nothing was decided yet\n\n" + field("Now", now_text(p));
  }
  const domain::Decision& decision = *p.status.last_decision;
  std::string out = title(p, decision);
  const Link* link = newest(chain);
  out += link != nullptr ? of_record(p, link->record)
                         : field("Reason", decision.reason + ": " + decision.message) +
                               field("Revision", decision.revision.name + ", digest " + decision.revision.digest);
  return out + of_chain(decision, chain) + field("Now", now_text(p));
}

nlohmann::json why_json(const Picture& p, const Chain& chain) {
  nlohmann::json out{{"namespace", p.ns},
                     {"rollout", p.name},
                     {"chainHolds", !chain.fault.has_value()},
                     {"records", chain.links.size()},
                     {"now", now_text(p)}};
  if (chain.fault) out["chainFault"] = *chain.fault;
  if (const Link* link = newest(chain)) out["record"] = nlohmann::json::parse(link->found.text, nullptr, false);
  if (p.status.last_decision) out["recordSha256"] = p.status.last_decision->record_sha256;
  return out;
}

}  // namespace pawl::cli
