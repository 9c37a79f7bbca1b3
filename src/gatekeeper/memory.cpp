#include "gatekeeper/memory.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <nlohmann/json.hpp>

#include "json/cursor.h"
#include "json/parse.h"

namespace pawl::gatekeeper {

using Json = nlohmann::json;

namespace {

/// Best effort: an old file is in nobody's way.
void remove_old(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> old;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string ending = at->path().extension();
    if (ending != ".json" && ending != ".jsonl" && ending != ".new") continue;
    std::error_code ignored;
    const auto written = at->last_write_time(ignored);
    if (!ignored && fs::file_time_type::clock::now() - written > kRunKept) old.push_back(at->path());
  }
  for (const fs::path& path : old) fs::remove(path, error);
}

}  // namespace

Result<Memory> Memory::open(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorKind::Invalid, folder + ": " + error.message() + "; name a folder that can be written");
  remove_old(folder);
  return Memory(folder);
}

std::string Memory::note_path(const std::string& binding) const { return folder_ + "/" + binding + ".json"; }
std::string Memory::journal_path(const std::string& binding) const { return folder_ + "/" + binding + ".jsonl"; }

Result<std::optional<Begun>> Memory::recall(const std::string& binding) const {
  std::ifstream file(note_path(binding), std::ios::binary);
  if (!file) return std::optional<Begun>();
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto parsed = json::parse_bounded(text);
  if (!parsed) return fail(parsed.error().during(note_path(binding)));
  json::Reading reading;
  const json::Cursor at(*parsed, "", reading);
  const Begun begun{at.int_or("number", 0, {1, 1'000'000'000}), at.optional_boolean("passed").value_or(false)};
  if (!reading.ok() || begun.number < 1) {
    return fail(ErrorKind::Malformed, note_path(binding) + ": is no note of the gate; remove it");
  }
  return std::optional<Begun>(begun);
}

Status Memory::note(const std::string& binding, const Begun& begun) const {
  const std::string fresh = note_path(binding) + ".new";
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << Json{{"number", begun.number}, {"passed", begun.passed}}.dump() << "\n";
    file.close();
    if (!file) return fail(ErrorKind::Unavailable, fresh + ": cannot be written");
  }
  std::error_code error;
  std::filesystem::rename(fresh, note_path(binding), error);
  if (error) return fail(ErrorKind::Unavailable, fresh + ": " + error.message());
  return {};
}

void Memory::forget(const std::string& binding) const {
  std::error_code ignored;
  // The journal first: a note without a journal only means that everything is asked again under the same number.
  std::filesystem::remove(journal_path(binding), ignored);
  std::filesystem::remove(note_path(binding), ignored);
}

}  // namespace pawl::gatekeeper
