#include "codec/revision_codec.h"

#include <nlohmann/json.hpp>

#include "codec/enums.h"

namespace pawl::codec {
namespace {

constexpr std::size_t kContentMax = 900 * 1024;

std::vector<domain::RevisionFile> read_files(const json::Cursor& spec) {
  std::vector<domain::RevisionFile> files;
  const auto items = spec.required_objects("files", 64);
  for (const json::Cursor& item : items) {
    domain::RevisionFile file;
    file.path = item.required_string("path", {1, 240});
    file.content = item.required_string("content", {0, kContentMax});
    files.push_back(std::move(file));
  }
  json::Cursor::refuse_repeats(items, "path");
  return files;
}

}  // namespace

domain::RevisionSpec read_revision_spec(const json::Cursor& spec) {
  domain::RevisionSpec read;
  read.agent = spec.required_string("agent", {1, 63});
  read.parent = spec.optional_string("parent", {1, 253});
  read.files = read_files(spec);
  const json::Cursor author = spec.object_or_empty("author");
  read.author_kind = author.optional_enum("kind", kAuthorKindNames).value_or(read.author_kind);
  read.author_name = author.optional_string("name", {0, 1012}).value_or("");
  read.author_run = author.optional_string("run", {0, 1012}).value_or("");
  const json::Cursor claim = spec.object_or_empty("claim");
  read.claim_improves = claim.strings("improves", 32, {1, 252});
  read.claim_rationale = claim.optional_string("rationale", {0, 16'384}).value_or("");
  return read;
}

Result<domain::RevisionSpec> parse_revision_spec(const Json& spec) {
  json::Reading reading;
  domain::RevisionSpec read = read_revision_spec(json::Cursor(spec, "spec", reading));
  if (!reading.ok()) return fail(ErrorKind::Invalid, json::describe(reading.faults()));
  return read;
}

}  // namespace pawl::codec
