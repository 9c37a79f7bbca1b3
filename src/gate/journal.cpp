#include "gate/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <tuple>

#include <nlohmann/json.hpp>

#include "json/cursor.h"
#include "json/parse.h"

namespace pawl::gate {
namespace {

using Json = nlohmann::json;
using Key = std::tuple<domain::Side, std::string, int>;

constexpr auto kSideNames = std::to_array<json::EnumName<domain::Side>>(
    {{domain::Side::Candidate, "candidate"}, {domain::Side::Stable, "stable"}});
constexpr json::Length kAnyText{0, std::size_t{16} << 20};
constexpr std::size_t kCallsMax = 1000;
constexpr json::Range kCount{0, 1'000'000'000};
constexpr json::Between kAnyNumber{-1e300, 1e300};

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Json header(const std::string& run) { return {{"kind", "GateJournal"}, {"version", 1}, {"run", run}}; }

Json key_json(domain::Side side, const std::string& case_id, int epoch) {
  return {{"side", to_string(side)}, {"case", case_id}, {"epoch", epoch}};
}

Json answer_json(const domain::Answer& answer) {
  Json out{{"text", answer.text}};
  for (const domain::ToolCall& call : answer.tool_calls) {
    out["calls"].push_back({{"name", call.name}, {"arguments", call.arguments}});
  }
  if (answer.usage != domain::Usage{}) {
    out["usage"] = {{"input", answer.usage.input_tokens}, {"output", answer.usage.output_tokens}};
  }
  if (answer.cost_usd) out["costUsd"] = *answer.cost_usd;
  if (answer.latency) out["latencyMs"] = answer.latency->count();
  if (!answer.error.empty()) out["error"] = answer.error;
  return out;
}

domain::Answer read_answer(const json::Cursor& at) {
  domain::Answer answer;
  answer.text = at.required_string("text", kAnyText);
  for (const json::Cursor& call : at.objects("calls", kCallsMax)) {
    answer.tool_calls.push_back({call.required_string("name", kAnyText), call.required_string("arguments", kAnyText)});
  }
  const json::Cursor usage = at.object_or_empty("usage");
  answer.usage = {usage.int_or("input", 0, kCount), usage.int_or("output", 0, kCount)};
  answer.cost_usd = at.optional_number("costUsd", kAnyNumber);
  if (const auto latency = at.optional_integer("latencyMs", {.min = 0})) answer.latency = Duration{*latency};
  answer.error = at.optional_string("error", kAnyText).value_or("");
  return answer;
}

/// Lines into finished questions.
class Lines {
 public:
  Status take(const Json& line) {
    json::Reading reading;
    const json::Cursor at(line, "", reading);
    const auto side = at.optional_enum("side", kSideNames);
    if (!side) at.fault_at("side", "is required");
    const Key key{side.value_or(domain::Side::Candidate), at.required_string("case"), at.int_or("epoch", -1, kCount)};
    if (const auto answer = at.optional_object("answer")) answered(key, *answer);
    else if (const auto judged = at.optional_object("judged")) judge(key, *judged);
    else at.fault("must be an answer or a judgement");
    if (!reading.ok()) return fail(ErrorKind::Malformed, describe(reading.faults()));
    return {};
  }
  std::vector<Finished> finish() { return std::move(finished_); }

 private:
  /// The first answer counts: a second one would be a second chance.
  void answered(const Key& key, const json::Cursor& at) {
    domain::Answer answer = read_answer(at);
    if (!place_.emplace(key, finished_.size()).second) return;
    const auto& [side, case_id, epoch] = key;
    finished_.push_back({side, case_id, epoch, std::move(answer)});
  }

  void judge(const Key& key, const json::Cursor& at) {
    const auto found = place_.find(key);
    if (found == place_.end()) return at.fault("judges an answer that is not there");
    Finished& finished = finished_[found->second];
    domain::JudgedAnswer judged;
    judged.case_id = finished.case_id;
    judged.epoch = finished.epoch;
    judged.score = at.optional_number("score", {-1e-9, 1 + 1e-9});
    if (!judged.score) at.fault_at("score", "is required");
    judged.passed = at.optional_boolean("passed").value_or(false);
    judged.reason = at.optional_string("reason", kAnyText).value_or("");
    judged.cost_usd = finished.answer.cost_usd;
    judged.latency = finished.answer.latency;
    if (!finished.judged) finished.judged = std::move(judged);
  }

  std::vector<Finished> finished_;
  std::map<Key, std::size_t> place_;
};

tl::unexpected<Error> system_error(const std::string& path) {
  return fail(ErrorKind::Unavailable, path + ": " + std::strerror(errno));
}

Result<std::string> read_all(int file, const std::string& path) {
  std::string text;
  std::string part(std::size_t{1} << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(file, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path);
    if (got == 0) return text;
    text.append(part, 0, static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, const std::string& run) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return system_error(path);
  std::unique_ptr<Journal> journal(new Journal(file, path));
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::Exists, path + ": another run is writing this journal; wait for it, or name another file");
  }
  if (const auto loaded = journal->load(run); !loaded) return fail(loaded.error());
  return journal;
}

Journal::~Journal() { ::close(file_); }

Status Journal::load(const std::string& run) {
  auto text = read_all(file_, path_);
  if (!text) return fail(text.error());
  const std::size_t last = text->rfind('\n');
  const std::size_t whole = last == std::string::npos ? 0 : last + 1;
  if (whole < text->size() && ::ftruncate(file_, static_cast<off_t>(whole)) != 0) return system_error(path_);
  text->resize(whole);
  if (text->empty()) return append(line_of(header(run)));
  Lines lines;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < whole;) {
    const std::size_t end = text->find('\n', begin);
    const std::string where = path_ + ": line " + std::to_string(++number);
    const auto line = json::parse_bounded(std::string_view(*text).substr(begin, end - begin),
                                          {.bytes = std::size_t{32} << 20, .depth = 64});
    if (!line) return fail(line.error().during(where));
    if (number == 1 && *line != header(run)) {
      return fail(
          ErrorKind::Exists,
          path_ +
              ": belongs to another run (other cases, graders, epochs or bundles); name another journal, or remove it");
    }
    if (number > 1) {
      if (const auto taken = lines.take(*line); !taken) return fail(taken.error().during(where));
    }
    begin = end + 1;
  }
  finished_ = lines.finish();
  return {};
}

Status Journal::answered(domain::Side side, const std::string& case_id, int epoch, const domain::Answer& answer) {
  Json line = key_json(side, case_id, epoch);
  line["answer"] = answer_json(answer);
  return append(line_of(line));
}

Status Journal::judged(domain::Side side, const domain::JudgedAnswer& judged) {
  Json line = key_json(side, judged.case_id, judged.epoch);
  line["judged"] = {{"score", judged.score.value_or(0)}, {"passed", judged.passed}, {"reason", judged.reason}};
  return append(line_of(line));
}

Status Journal::forget() {
  const std::scoped_lock lock(mutex_);
  if (::ftruncate(file_, 0) != 0) return system_error(path_);
  return {};
}

Status Journal::append(const std::string& line) {
  const std::scoped_lock lock(mutex_);
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t wrote = ::write(file_, line.data() + done, line.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return system_error(path_);
    done += static_cast<std::size_t>(wrote);
  }
  return {};
}

}  // namespace pawl::gate
