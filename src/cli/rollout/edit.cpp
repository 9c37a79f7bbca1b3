#include "cli/rollout/edit.h"

#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/counted.h"
#include "cli/text.h"

namespace pawl::cli {
namespace {

using FileMap = std::map<std::string, std::string_view>;

FileMap by_path(const std::vector<domain::RevisionFile>& files) {
  FileMap map;
  for (const domain::RevisionFile& file : files) map[file.path] = file.content;
  return map;
}

std::vector<FileEdit> compare(const FileMap& before, const FileMap& after) {
  FileMap all = before;
  all.insert(after.begin(), after.end());
  std::vector<FileEdit> edits;
  for (const auto& [path, unused] : all) {
    const auto was = before.find(path);
    const auto is = after.find(path);
    const std::string_view old_text = was == before.end() ? std::string_view{} : was->second;
    const std::string_view new_text = is == after.end() ? std::string_view{} : is->second;
    const FileFate fate = was == before.end() ? FileFate::New
                          : is == after.end() ? FileFate::Removed
                                              : FileFate::Changed;
    if (fate == FileFate::Changed && old_text == new_text) continue;
    edits.push_back({path, fate, diff_lines(old_text, new_text)});
  }
  return edits;
}

std::string author_word(domain::AuthorKind kind) {
  switch (kind) {
    case domain::AuthorKind::Agent:
      return "agent";
    case domain::AuthorKind::Optimizer:
      return "optimizer";
    case domain::AuthorKind::Human:
      return "person";
  }
  return "?";
}

std::string file_text(const FileEdit& file) {
  switch (file.fate) {
    case FileFate::Changed:
      return fmt::format("{} +{} -{}", file.path, file.lines.added, file.lines.removed);
    case FileFate::New:
      return fmt::format("{} new +{}", file.path, file.lines.added);
    case FileFate::Removed:
      return fmt::format("{} removed -{}", file.path, file.lines.removed);
  }
  return file.path;
}

}  // namespace

Edit describe_edit(std::string revision, domain::RevisionSpec spec, std::optional<Instant> proposed,
                   const std::optional<domain::RevisionSpec>& parent) {
  Edit edit;
  edit.revision = std::move(revision);
  edit.spec = std::move(spec);
  edit.proposed = proposed;
  edit.parent_known = parent.has_value();
  if (parent) edit.files = compare(by_path(parent->files), by_path(edit.spec.files));
  return edit;
}

std::string authorship(const Edit& edit, Instant now) {
  std::string out = edit.revision;
  if (edit.spec.parent) out += " <- " + *edit.spec.parent;
  out += ", by " + author_word(edit.spec.author_kind) + " " +
         (edit.spec.author_name.empty() ? "without a name" : edit.spec.author_name);
  if (!edit.spec.author_run.empty()) out += ", run " + edit.spec.author_run;
  if (edit.proposed) out += ", proposed " + moment_and_age(*edit.proposed, now);
  return out;
}

std::string changes(const Edit& edit) {
  if (!edit.spec.parent) return "the agent's first revision: " + counted(edit.spec.files.size(), "file");
  if (!edit.parent_known) return "cannot be compared: AgentRevision " + *edit.spec.parent + " is not there any more";
  if (edit.files.empty()) return "the same files as its parent";
  std::vector<std::string> texts;
  for (const FileEdit& file : edit.files) texts.push_back(file_text(file));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string claim(const Edit& edit) {
  std::string out = edit.spec.claim_improves.empty()
                        ? std::string{}
                        : fmt::format("to improve {}", fmt::join(edit.spec.claim_improves, ", "));
  if (!edit.spec.claim_rationale.empty()) out += (out.empty() ? "" : ": ") + edit.spec.claim_rationale;
  return out;
}

}  // namespace pawl::cli
