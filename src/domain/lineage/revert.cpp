#include "domain/lineage/revert.h"

#include <map>
#include <optional>
#include <set>

#include "domain/lineage/merge.h"

namespace pawl::domain {
namespace {

using Texts = std::map<std::string, std::string>;
using Text = std::optional<std::string>;

Texts by_path(const std::vector<BundleFile>& files) {
  Texts out;
  for (const BundleFile& file : files) out[file.path] = file.content;
  return out;
}

Text text_at(const Texts& texts, const std::string& path) {
  const auto found = texts.find(path);
  return found == texts.end() ? Text{} : Text{found->second};
}

void revert_lines(const std::string& path, const std::string& before, const std::string& edited, const std::string& now,
                  Reverted& out) {
  Merged merged = merge_texts(edited, now, before);
  for (MergeConflict& c : merged.conflicts) {
    out.conflicts.push_back({path, c.line, std::move(c.theirs), std::move(c.base), std::move(c.mine)});
  }
  out.files.push_back({path, std::move(merged.text)});
}

void revert_file(const std::string& path, const Text& before, const Text& edited, const Text& now, Reverted& out) {
  const bool untouched = before == edited || now == before;
  if (untouched || now == edited) {
    const Text& result = untouched ? now : before;
    if (result) out.files.push_back({path, *result});
  } else if (before && edited && now) {
    revert_lines(path, *before, *edited, *now, out);
  } else {
    out.conflicts.push_back({path, 0, before.value_or(""), edited.value_or(""), now.value_or("")});
  }
}

}  // namespace

Reverted revert_edit(const std::vector<BundleFile>& before, const std::vector<BundleFile>& edited,
                     const std::vector<BundleFile>& now) {
  const Texts old_texts = by_path(before);
  const Texts edited_texts = by_path(edited);
  const Texts new_texts = by_path(now);
  std::set<std::string> paths;
  for (const Texts* texts : {&old_texts, &edited_texts, &new_texts}) {
    for (const auto& [path, content] : *texts) paths.insert(path);
  }
  Reverted out;
  for (const std::string& path : paths) {
    revert_file(path, text_at(old_texts, path), text_at(edited_texts, path), text_at(new_texts, path), out);
  }
  return out;
}

}  // namespace pawl::domain
