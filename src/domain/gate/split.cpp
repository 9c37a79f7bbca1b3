#include "domain/gate/split.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.h"
#include "domain/gate/fold_text.h"
#include "domain/gate/hashing.h"
#include "domain/gate/shingles.h"

namespace pawl::domain {
namespace {

/// Which cases must stay together: sets that grow by joining.
class Groups {
 public:
  explicit Groups(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(b)] = find(a); }

 private:
  std::vector<std::size_t> parent_;
};

/// A group's place in the draw. It depends on the seed and the members' ids alone, so that adding a case elsewhere in
/// the file, or sorting it, leaves the others where they are.
struct Group {
  std::vector<std::size_t> members;
  std::uint64_t draw = 0;
};

std::vector<Group> groups_of(const std::vector<Case>& cases, const SplitOrder& order) {
  std::vector<std::vector<std::uint64_t>> sets;
  sets.reserve(cases.size());
  for (const Case& one : cases) sets.push_back(shingle_set(fold_text(prompt_text(one))));
  Groups joined(cases.size());
  for (const NearPair& pair : near_pairs(sets, order.duplicate_from)) joined.join(pair.first, pair.second);
  std::map<std::size_t, Group> by_root;
  for (std::size_t i = 0; i < cases.size(); ++i) by_root[joined.find(i)].members.push_back(i);
  std::vector<Group> groups;
  for (auto& [root, group] : by_root) {
    std::string first = cases[group.members.front()].id;
    for (const std::size_t i : group.members) first = std::min(first, cases[i].id);
    group.draw = Random(mix(order.seed) ^ hash_bytes(first)).next();
    groups.push_back(std::move(group));
  }
  std::sort(groups.begin(), groups.end(), [&](const Group& a, const Group& b) {
    return a.draw != b.draw ? a.draw < b.draw : cases[a.members.front()].id < cases[b.members.front()].id;
  });
  return groups;
}

/// Where the group's cases are, by capability.
std::map<std::string, double> weight_of(const Group& group, const std::vector<Case>& cases) {
  std::map<std::string, double> weight;
  for (const std::size_t i : group.members) ++weight[cases[i].capability];
  return weight;
}

}  // namespace

std::string prompt_text(const Case& one) {
  std::string text;
  for (const Message& message : one.input) {
    if (message.role == Role::System) continue;
    if (!text.empty()) text += '\n';
    text += message.content;
  }
  return text;
}

Result<Split> split_cases(const std::vector<Case>& cases, const SplitOrder& order) {
  if (!(order.held_out > 0 && order.held_out < 1)) {
    return fail(ErrorKind::Invalid, "the held-out share must be above 0 and below 1, such as 0.5");
  }
  if (!(order.duplicate_from > 0 && order.duplicate_from <= 1)) {
    return fail(ErrorKind::Invalid, "the similarity of duplicates must be above 0 and at most 1, such as 0.8");
  }
  std::map<std::string, double> wanted;
  for (const Case& one : cases) wanted[one.capability] += order.held_out;
  for (auto& [capability, count] : wanted) count = std::round(count);
  Split split;
  // In the order of the draw, each group goes to the held-out side while that brings its capabilities closer to their
  // share.
  for (const Group& group : groups_of(cases, order)) {
    split.groups_of_duplicates += group.members.size() > 1 ? 1U : 0U;
    const auto weight = weight_of(group, cases);
    double gain = 0;
    for (const auto& [capability, count] : weight) {
      gain += std::abs(wanted[capability]) - std::abs(wanted[capability] - count);
    }
    const bool take = gain > 0;
    if (take) {
      for (const auto& [capability, count] : weight) wanted[capability] -= count;
    }
    std::vector<std::size_t>& side = take ? split.held_out : split.dev;
    side.insert(side.end(), group.members.begin(), group.members.end());
  }
  std::sort(split.dev.begin(), split.dev.end());
  std::sort(split.held_out.begin(), split.held_out.end());
  return split;
}

}  // namespace pawl::domain
