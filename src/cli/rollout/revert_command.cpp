#include "cli/rollout/revert_command.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/goal.h"
#include "cli/text.h"
#include "cli/yaml_json.h"
#include "domain/lineage/revert.h"

namespace pawl::cli {
namespace {

using domain::RevisionSpec;
using nlohmann::json;

/// Longer lineages than this are a circle.
constexpr int kAncestorsMax = 10'000;

/// The edit that is to go, what it was made of, and what serves with it.
struct Lineage {
  RevisionSpec before;
  RevisionSpec edited;
  RevisionSpec now;
  std::string serving;  ///< name of `now`
};

std::vector<BundleFile> bundle_of(const RevisionSpec& spec) {
  std::vector<BundleFile> files;
  for (const domain::RevisionFile& file : spec.files) files.push_back({file.path, file.content});
  return files;
}

/// What serves must descend from the edit; else there is nothing of it to take out.
Status descends(const Session& s, const std::string& ns, const std::string& serving, RevisionSpec spec,
                const std::string& from) {
  std::string name = serving;
  std::string line = serving;
  for (int i = 0; i < kAncestorsMax && name != from && spec.parent; ++i) {
    name = *spec.parent;
    line += " <- " + name;
    if (name == from) break;
    auto parent = read_revision(s.client, ns, name);
    if (!parent) return fail(parent.error().during("following the parents of " + serving));
    spec = std::move(parent->spec);
  }
  if (name == from) return {};
  return fail(ErrorKind::Invalid,
              "nothing of " + from + " serves: it is not among the edits of " + serving + " (" + line + ")");
}

Result<Lineage> read_lineage(const Session& s, const RolloutName& which, const std::string& revision) {
  const auto rollout = read_rollout(s.client, which, s.clock.wall());
  if (!rollout) return fail(rollout.error());
  if (!rollout->status.stable) return fail(ErrorKind::Invalid, "no revision of " + which.name + " serves yet");
  Lineage out;
  out.serving = rollout->status.stable->name;
  auto now = read_revision(s.client, which.ns, out.serving);
  if (!now) return fail(now.error());
  if (auto done = descends(s, which.ns, out.serving, now->spec, revision); !done) return fail(done.error());
  auto edited = read_revision(s.client, which.ns, revision);
  if (!edited) return fail(edited.error());
  if (!edited->spec.parent) {
    return fail(ErrorKind::Invalid, revision + " is the first revision: there is nothing before it to go back to");
  }
  auto before = read_revision(s.client, which.ns, *edited->spec.parent);
  if (!before) return fail(before.error());
  out.before = std::move(before->spec);
  out.edited = std::move(edited->spec);
  out.now = std::move(now->spec);
  return out;
}

json manifest(const RolloutName& which, const RevertOrder& order, const Lineage& lineage,
              const std::vector<BundleFile>& files) {
  json author = {{"kind", "Human"}};
  if (!order.author.empty()) author["name"] = order.author;
  json listed = json::array();
  for (const BundleFile& file : files) listed.push_back({{"path", file.path}, {"content", file.content}});
  return {{"apiVersion", "pawl.dev/v1alpha1"},
          {"kind", "AgentRevision"},
          {"metadata",
           {{"name", order.name.empty() ? lineage.serving + "-without-" + order.revision : order.name},
            {"namespace", which.ns},
            {"annotations", {{"pawl.dev/reverts", order.revision}}}}},
          {"spec",
           {{"agent", lineage.now.agent},
            {"parent", lineage.serving},
            {"author", std::move(author)},
            {"claim", {{"rationale", "Takes the edit " + order.revision + " out of " + lineage.serving + "."}}},
            {"files", std::move(listed)}}}};
}

void tell_side(std::ostream& err, const char* title, const std::string& text) {
  err << "  " << title << (text.empty() ? ": nothing\n" : ":\n");
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    err << "    " << printable(text.substr(at, end - at)) << "\n";
    at = end + 1;
  }
}

int tell_conflicts(const Session& s, const RevertOrder& order, const Lineage& lineage,
                   const std::vector<domain::RevertConflict>& conflicts) {
  s.err << "pawl: " << order.revision
        << " cannot be taken out by itself: a later edit changed the same lines. Write a revision with parent "
        << lineage.serving << " by hand.\n";
  for (const domain::RevertConflict& c : conflicts) {
    s.err << printable(c.path) << (c.line == 0 ? std::string() : ", line " + std::to_string(c.line)) << " of "
          << lineage.serving << "\n";
    tell_side(s.err, "before the edit", c.before);
    tell_side(s.err, "as the edit left it", c.edited);
    tell_side(s.err, "now", c.now);
  }
  return kConflict;
}

}  // namespace

int run_revert(const Session& s, const RolloutName& which, const RevertOrder& order) {
  const auto complain = [&](const std::string& what) {
    s.err << "pawl: " << printable(what) << "\n";
    return kFailed;
  };
  const auto lineage = read_lineage(s, which, order.revision);
  if (!lineage) {
    return complain(lineage.error().kind == ErrorKind::Invalid ? lineage.error().message : explain(lineage.error()));
  }
  const std::vector<BundleFile> now = bundle_of(lineage->now);
  const domain::Reverted reverted = domain::revert_edit(bundle_of(lineage->before), bundle_of(lineage->edited), now);
  if (!reverted.conflicts.empty()) return tell_conflicts(s, order, *lineage, reverted.conflicts);
  if (bundle_digest(reverted.files) == bundle_digest(now)) {
    return complain("nothing of " + order.revision + " is left in " + lineage->serving);
  }
  const json revision = manifest(which, order, *lineage, reverted.files);
  s.out << (s.json ? revision.dump(2) + "\n" : print_yaml(revision));
  return kDone;
}

}  // namespace pawl::cli
