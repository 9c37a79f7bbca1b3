#include "cli/replay/replay_stream.h"

#include <cmath>
#include <cstring>
#include <istream>
#include <optional>
#include <ostream>
#include <span>
#include <vector>

#include <nlohmann/json.hpp>

namespace pawl::cli {
namespace {

constexpr std::size_t kChunk = std::size_t{128} << 10;  // with its rows it stays in the cache of one core

/// Cuts a stream into pieces of whole lines; only the last piece may lack its line's end.
class WholeLines {
 public:
  explicit WholeLines(std::istream& in) : in_(in), buffer_(kChunk) {}

  /// Empty: the end.
  Result<std::string_view> next() {
    std::memmove(buffer_.data(), buffer_.data() + given_, held_ - given_);
    held_ -= given_;
    in_.read(buffer_.data() + held_, static_cast<std::streamsize>(buffer_.size() - held_));
    if (in_.bad()) return fail(ErrorKind::Unavailable, "the stream broke off while it was read");
    held_ += static_cast<std::size_t>(in_.gcount());
    const std::string_view held(buffer_.data(), held_);
    const std::size_t newline = held.rfind('\n');
    given_ = in_.eof() ? held_ : newline == std::string_view::npos ? 0 : newline + 1;
    if (held_ - given_ > domain::kLongestLine) {
      return fail(ErrorKind::Invalid, "a line is longer than " + std::to_string(domain::kLongestLine) +
                                          " bytes; is the file a stream of blocks?");
    }
    return held.substr(0, given_);
  }

 private:
  std::istream& in_;
  std::vector<char> buffer_;
  std::size_t held_ = 0;
  std::size_t given_ = 0;
};

nlohmann::ordered_json row_json(const domain::ScoreboardRow& row) {
  nlohmann::ordered_json out;
  out["log_e"] = row.log_e;
  out["log_e_noninferior"] = row.log_e_noninferior;
  out["n_canary"] = std::llround(row.n_canary);
  out["n_stable"] = std::llround(row.n_stable);
  out["mean_canary"] = row.canary_mean;
  out["mean_stable"] = row.stable_mean;
  out["state"] = to_string(row.state);
  return out;
}

/// A verdict has lines of its own under these names.
Status refuse_reserved(std::span<const std::string> names, std::uint64_t lines) {
  for (const std::string& name : names) {
    if (name != domain::kAggregate && name != domain::kErrors && name != domain::kCoverage) continue;
    return fail(ErrorKind::Invalid, "a capability is called " + name + ", up to line " + std::to_string(lines) +
                                        "; that is a name of pawl's own: rename it");
  }
  return {};
}

void write(std::vector<domain::RunVerdict>& done, std::ostream& out) {
  for (const domain::RunVerdict& verdict : done) out << verdict_line(verdict) << '\n';
  done.clear();
}

}  // namespace

std::string_view decision_word(domain::Verdict::Kind kind) {
  using Kind = domain::Verdict::Kind;
  return kind == Kind::RollBackGuardrail || kind == Kind::RollBackRegression ? "Rollback" : to_string(kind);
}

std::string verdict_line(const domain::RunVerdict& of) {
  nlohmann::ordered_json out;
  out["run"] = of.run;
  out["decision"] = decision_word(of.verdict.kind);
  out["reason"] = of.verdict.reason;
  out["blamed"] = of.verdict.blamed;
  out["t"] = of.t;
  out["canary_interactions"] = std::llround(of.canary_interactions);
  out["log_e"] = of.verdict.log_e_global;
  nlohmann::ordered_json& rows = out["per_capability"] = nlohmann::ordered_json::object();
  for (const domain::ScoreboardRow& row : of.verdict.scoreboard) {
    if (row.capability != domain::kAggregate) rows[row.capability] = row_json(row);
  }
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Status replay_stream(std::istream& in, const domain::EvidencePolicy& policy, std::ostream& out) {
  WholeLines pieces(in);
  domain::StreamCsv csv;
  domain::StreamReplay replay(policy);
  std::vector<domain::StreamRow> rows;
  std::vector<domain::RunVerdict> done;
  std::size_t names = 0;
  bool any = false;
  while (true) {
    const auto lines = pieces.next();
    if (!lines) return fail(lines.error());
    if (lines->empty()) break;
    rows.clear();
    Status read = csv.read(*lines, rows);
    const auto own = refuse_reserved(std::span(csv.capabilities()).subspan(names), csv.lines());
    if (!own) return own;
    names = csv.capabilities().size();
    any = any || !rows.empty();
    replay.add(rows, csv.capabilities(), done);
    write(done, out);
    if (!read) return read;
  }
  if (auto whole = csv.finish(); !whole) return whole;
  if (!any) return fail(ErrorKind::Invalid, "no rows follow the header; write one line for each capability and scrape");
  replay.finish(done);
  write(done, out);
  return {};
}

}  // namespace pawl::cli
