#include "cli/rollout/chain.h"

#include <algorithm>
#include <map>
#include <set>

namespace pawl::cli {
namespace {

std::string numbered(std::int64_t sequence) { return "record " + std::to_string(sequence); }

/// What to say of a hash that no stored text has.
std::string missing(const std::vector<FoundRecord>& found, const std::string& sha256, std::int64_t sequence) {
  const auto claims =
      std::find_if(found.begin(), found.end(), [&](const FoundRecord& f) { return f.claimed_sha256 == sha256; });
  if (claims != found.end()) {
    return numbered(sequence) + ": the text in ConfigMap " + claims->config_map + " was changed; it does not hash to " +
           sha256;
  }
  return numbered(sequence) + ": no stored record has the hash " + sha256;
}

/// A parent may be gone with everything before it; alone it may not.
bool may_be_rotated(const std::vector<FoundRecord>& found, std::int64_t oldest) {
  return oldest > 1 && std::none_of(found.begin(), found.end(), [&](const FoundRecord& f) { return f.label < oldest; });
}

/// Links from the head down, newest first, until there is no parent or something is wrong.
std::optional<std::string> collect(const std::vector<FoundRecord>& found, const ChainHead& head,
                                   const std::string& rollout, std::vector<Link>& newest_first) {
  std::map<std::string, const FoundRecord*> by_hash;
  for (const FoundRecord& f : found) by_hash.emplace(domain::record_sha256(f.text), &f);
  std::set<std::string> visited;
  std::string wanted = head.sha256;
  while (!wanted.empty()) {
    const std::int64_t expected = newest_first.empty() ? 0 : newest_first.back().record.sequence - 1;
    const auto it = by_hash.find(wanted);
    if (it == by_hash.end()) {
      if (newest_first.empty()) return "head: " + missing(found, wanted, std::atoll(head.sequence.c_str()));
      if (may_be_rotated(found, newest_first.back().record.sequence)) return std::nullopt;
      return missing(found, wanted, expected);
    }
    if (!visited.insert(wanted).second) return "the chain runs in a circle at hash " + wanted;
    auto record = read_record(it->second->text);
    if (!record) return "ConfigMap " + it->second->config_map + " holds no record: " + record.error().message;
    if (record->rollout != rollout) return numbered(record->sequence) + ": it belongs to rollout " + record->rollout;
    wanted = record->parent_sha256;
    newest_first.push_back({*it->second, std::move(*record)});
  }
  return std::nullopt;
}

}  // namespace

Chain walk_chain(const std::vector<FoundRecord>& found, const ChainHead& head, const std::string& rollout) {
  Chain chain;
  if (head.sha256.empty()) {
    if (!head.sequence.empty()) chain.fault = "the status names record " + head.sequence + " but no hash of it";
    return chain;
  }
  chain.fault = collect(found, head, rollout, chain.links);
  std::reverse(chain.links.begin(), chain.links.end());
  if (chain.fault) return chain;
  if (std::to_string(chain.links.back().record.sequence) != head.sequence) {
    chain.fault = "the status names record " + head.sequence + ", its hash is that of record " +
                  std::to_string(chain.links.back().record.sequence);
    return chain;
  }
  std::vector<domain::StoredRecord> stored;
  for (const Link& link : chain.links) {
    stored.push_back({link.record.sequence, link.found.text, link.record.parent_sha256});
  }
  chain.fault = domain::verify_chain(stored, head.sha256);
  return chain;
}

}  // namespace pawl::cli
