#include "scorer/failure_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/log.h"

namespace pawl::scorer {
namespace {

std::string line_of(const Failure& failure) {
  return failure_json(failure).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<std::unique_ptr<FailureStore>> FailureStore::open(const std::string& folder, std::size_t most) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(ErrorKind::Invalid, folder + ": " + error.message() + "; name a folder that can be written");
  auto store = std::make_unique<FailureStore>(most);
  store->path_ = folder + "/failures.jsonl";
  store->load();
  if (const auto clean = store->compact(); !clean) {
    return fail(ErrorKind::Invalid, clean.error().message + "; name a folder that can be written");
  }
  return store;
}

void FailureStore::load() {
  std::ifstream in(path_, std::ios::binary);
  std::size_t unreadable = 0;
  for (std::string line; std::getline(in, line);) {
    auto failure = read_failure(line);
    if (failure) keep(std::move(*failure));
    else ++unreadable;
  }
  if (unreadable > 0) {
    log::warn("lines that are no failures are left out", {{"file", path_}, {"lines", std::to_string(unreadable)}});
  }
}

void FailureStore::keep(Failure failure) {
  kept_.with([&](std::deque<Failure>& kept) {
    kept.push_back(std::move(failure));
    while (kept.size() > most_) kept.pop_front();
  });
}

void FailureStore::add(Failure failure) {
  const std::string line = path_.empty() ? "" : line_of(failure);
  keep(std::move(failure));
  if (path_.empty()) return;
  const auto written = write(line);
  if (!written && !failing_) {
    log::warn("failures are kept in memory alone: a restart forgets them", {{"reason", written.error().message}});
  }
  failing_ = !written;
}

Status FailureStore::write(const std::string& line) {
  if (line.size() > kLongestLine) return {};
  if (lines_ >= 2 * most_ || !file_) return compact();
  file_ << line;
  file_.flush();
  if (!file_) return fail(ErrorKind::Unavailable, path_ + ": cannot be written");
  ++lines_;
  return {};
}

Status FailureStore::compact() {
  const std::string fresh = path_ + ".new";
  std::size_t lines = 0;
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    ::chmod(fresh.c_str(), S_IRUSR | S_IWUSR);  // what customers wrote
    for (const Failure& failure : all()) {
      const std::string line = line_of(failure);
      if (line.size() > kLongestLine) continue;
      out << line;
      ++lines;
    }
    out.close();
    if (!out) return fail(ErrorKind::Unavailable, fresh + ": cannot be written");
  }
  std::error_code error;
  std::filesystem::rename(fresh, path_, error);
  if (error) return fail(ErrorKind::Unavailable, fresh + ": " + error.message());
  file_ = std::ofstream(path_, std::ios::binary | std::ios::app);
  if (!file_) return fail(ErrorKind::Unavailable, path_ + ": cannot be written");
  lines_ = lines;
  return {};
}

std::vector<Failure> FailureStore::all() const {
  return kept_.with([](const std::deque<Failure>& kept) { return std::vector<Failure>(kept.begin(), kept.end()); });
}

std::vector<Failure> FailureStore::of(const std::string& agent, const std::string& revision) const {
  return kept_.with([&](const std::deque<Failure>& kept) {
    std::vector<Failure> out;
    std::copy_if(kept.begin(), kept.end(), std::back_inserter(out),
                 [&](const Failure& each) { return each.agent() == agent && each.sender.revision == revision; });
    return out;
  });
}

}  // namespace pawl::scorer
