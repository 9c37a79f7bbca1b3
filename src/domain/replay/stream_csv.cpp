#include "domain/replay/stream_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace pawl::domain {
namespace {

constexpr int kMostDigits = 15;  // every such number is exact as a double
constexpr std::size_t kLongestName = 63;
constexpr std::size_t kMostCapabilities = 900;  // a trial takes a thousand questions, and asks some of its own
constexpr std::array<std::string_view, 7> kFields{"run",         "t",        "cap",        "n_canary",
                                                  "pass_canary", "n_stable", "pass_stable"};
constexpr std::size_t kCapabilityField = 2;

// What a fault quotes of a text that may be anything.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, 40));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return '"' + out + (text.size() > 40 ? "..." : "") + '"';
}

/// The digits from `at` on as a number; moves `at` behind them. False: no digit, or too many of them.
bool take_number(const char*& at, const char* end, std::int64_t& value) {
  const char* const first = at;
  std::int64_t number = 0;
  while (at != end && static_cast<unsigned char>(*at - '0') <= 9) {
    number = number * 10 + (*at - '0');
    if (++at - first > kMostDigits) return false;
  }
  value = number;
  return at != first;
}

bool take(const char*& at, const char* end, char wanted) {
  if (at == end || *at != wanted) return false;
  ++at;
  return true;
}

bool plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '"' && c != ',' && c != 0x7f;
  });
}

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// Nothing: the text is no whole number, or too long a one.
std::optional<std::int64_t> number(std::string_view text) {
  const char* at = text.data();
  std::int64_t value = 0;
  if (!take_number(at, text.data() + text.size(), value) || at != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

tl::unexpected<Error> StreamCsv::fault(std::string_view field, std::string_view what) const {
  return fail(ErrorKind::Invalid, fmt::format("line {}: {}{}{}", line_, field, field.empty() ? "" : ": ", what));
}

Status StreamCsv::finish() const {
  if (line_ > 0) return {};
  return fail(ErrorKind::Invalid, fmt::format("line 1: the stream is empty; its first line must be {}", kStreamHeader));
}

Status StreamCsv::read(std::string_view lines, std::vector<StreamRow>& rows) {
  while (!lines.empty()) {
    const auto* found = static_cast<const char*>(std::memchr(lines.data(), '\n', lines.size()));
    std::string_view line = found == nullptr ? lines : lines.substr(0, static_cast<std::size_t>(found - lines.data()));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (++line_ == 1) {
      if (auto header = read_header(line); !header) return header;
      continue;
    }
    StreamRow row;
    if (auto read = read_line(line, row); !read) return read;
    rows.push_back(row);
  }
  return {};
}

Status StreamCsv::read_header(std::string_view line) {
  if (line == kStreamHeader) return {};
  return fault("", fmt::format("the header is {}; write {}", shown(line), kStreamHeader));
}

Status StreamCsv::read_line(std::string_view line, StreamRow& row) {
  const char* at = line.data();
  const char* const end = at + line.size();
  bool good = take_number(at, end, row.run) && take(at, end, ',');
  const bool history = good && take(at, end, '-');
  good = good && take_number(at, end, row.t) && take(at, end, ',') && (!history || row.t == 1);
  if (!good) return explain(line);
  if (history) row.t = kHistoryScrape;
  const auto* const comma = static_cast<const char*>(std::memchr(at, ',', static_cast<std::size_t>(end - at)));
  if (comma == nullptr) return explain(line);
  const std::string_view capability(at, static_cast<std::size_t>(comma - at));
  at = comma;
  for (std::int64_t* const count : {&row.n_canary, &row.pass_canary, &row.n_stable, &row.pass_stable}) {
    if (!take(at, end, ',') || !take_number(at, end, *count)) return explain(line);
  }
  if (at != end) return explain(line);
  if (row.pass_canary > row.n_canary || row.pass_stable > row.n_stable) return explain(line);
  return place(row, capability);
}

// Only for a line that cannot be read: finds the field that is to blame.
Status StreamCsv::explain(std::string_view line) const {
  const std::vector<std::string_view> fields = split(line);
  if (line.empty()) return fault("", "the line is empty; remove it");
  if (fields.size() != kFields.size()) {
    return fault("", fmt::format("{} has {} fields, {} are needed: {}", shown(line), fields.size(), kFields.size(),
                                 kStreamHeader));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i == kCapabilityField || number(fields[i]) || (i == 1 && fields[i] == "-1")) continue;
    if (i == 1) {
      return fault(kFields[i], fmt::format("{} is no scrape; write -1 for the stable history, else 0, 1, 2, ...",
                                           shown(fields[i])));
    }
    if (fields[i].starts_with('-')) {
      return fault(
          kFields[i],
          fmt::format("{} is negative; write what was gained since the scrape before, not a total or a difference",
                      shown(fields[i])));
    }
    return fault(kFields[i], fmt::format("{} is no whole number of at most {} digits", shown(fields[i]), kMostDigits));
  }
  const std::size_t passes = number(fields[4]) > number(fields[3]) ? 4 : 6;
  return fault(kFields[passes], fmt::format("{} is more than the {} {}; passes are part of the scores", fields[passes],
                                            kFields[passes - 1], fields[passes - 1]));
}

Status StreamCsv::place(StreamRow& row, std::string_view capability) {
  if (row.run != last_.run) {
    if (!runs_.insert(row.run).second) {
      return fault("run", fmt::format("run {} was left before; sort the lines by run, then t", row.run));
    }
    expected_ = 0;
  } else if (row.t < last_.t) {
    return fault("t", fmt::format("{} comes after {}; sort the lines of run {} by t", row.t, last_.t, row.run));
  } else if (row.t != last_.t) {
    expected_ = 0;
  }
  if (row.t == kHistoryScrape && row.n_canary > 0) {
    return fault("n_canary", "a line with t = -1 is the history of stable alone; write 0");
  }
  if (expected_ >= names_.size() || names_[expected_] != capability) {
    if (!plain_name(capability)) {
      return fault("cap",
                   fmt::format("{} is no name of a capability: 1 to {} characters without blanks, quotes and commas",
                               shown(capability), kLongestName));
    }
    expected_ = number_of(capability);
    if (names_.size() > kMostCapabilities) {
      return fault("cap", fmt::format("{} is one capability more than the {} that are judged together", capability,
                                      kMostCapabilities));
    }
  }
  row.capability = expected_++;
  last_ = {row.run, row.t};
  if (seen_[row.capability] == last_) {
    return fault("cap", fmt::format("{} comes twice in scrape {} of run {}; add its lines together", capability, row.t,
                                    row.run));
  }
  seen_[row.capability] = last_;
  return {};
}

std::uint32_t StreamCsv::number_of(std::string_view capability) {
  const auto [found, fresh] = numbers_.try_emplace(std::string(capability), static_cast<std::uint32_t>(names_.size()));
  if (fresh) {
    names_.emplace_back(capability);
    seen_.emplace_back();
  }
  return found->second;
}

}  // namespace pawl::domain
