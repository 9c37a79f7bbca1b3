// The text form of blocks: one line is what one capability's counters gained in one scrape. Hot path: a replay reads
// millions of lines, so a line is read in one pass, by hand, and nothing is allocated for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "domain/evidence/block.h"

namespace pawl::domain {

/// The first line of every stream.
inline constexpr std::string_view kStreamHeader = "run,t,cap,n_canary,pass_canary,n_stable,pass_stable";
/// The scrape number of lines that carry stable's history from before the rollout.
inline constexpr std::int64_t kHistoryScrape = -1;
/// Longest line, in bytes.
inline constexpr std::size_t kLongestLine = 4096;

struct StreamRow {
  std::int64_t run = 0;
  std::int64_t t = 0;            ///< number of the scrape, from 0; kHistoryScrape: history
  std::uint32_t capability = 0;  ///< index into StreamCsv::capabilities()
  std::int64_t n_canary = 0;
  std::int64_t pass_canary = 0;
  std::int64_t n_stable = 0;
  std::int64_t pass_stable = 0;

  [[nodiscard]] Block block() const {
    return {binary_counts(static_cast<double>(n_canary), static_cast<double>(pass_canary)),
            binary_counts(static_cast<double>(n_stable), static_cast<double>(pass_stable))};
  }
};

/// Reads lines and keeps their order: the lines of a run stand together, within it t never falls, and a capability
/// comes once in a scrape. The first fault ends the reading; it names the line, the field and the remedy. Not
/// thread-safe.
class StreamCsv {
 public:
  /// Whole lines, each ended by "\n" or "\r\n"; only the last line of the last call may lack its end. Appends to
  /// `rows`. Rows before a fault are valid. Invalid for a fault.
  Status read(std::string_view lines, std::vector<StreamRow>& rows);
  /// No line comes any more: Invalid when not even the header came.
  [[nodiscard]] Status finish() const;

  /// Names of the capabilities, in the order of their first line.
  [[nodiscard]] const std::vector<std::string>& capabilities() const { return names_; }
  [[nodiscard]] std::uint64_t lines() const { return line_; }

 private:
  struct Place {
    std::int64_t run = -1;
    std::int64_t t = kHistoryScrape - 1;
    bool operator==(const Place&) const = default;
  };
  Status read_header(std::string_view line);
  Status read_line(std::string_view line, StreamRow& row);
  [[nodiscard]] Status explain(std::string_view line) const;
  Status place(StreamRow& row, std::string_view capability);
  std::uint32_t number_of(std::string_view capability);
  [[nodiscard]] tl::unexpected<Error> fault(std::string_view field, std::string_view what) const;

  std::uint64_t line_ = 0;
  Place last_;
  std::unordered_set<std::int64_t> runs_;
  std::vector<std::string> names_;
  std::vector<Place> seen_;  ///< last place of each capability
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::uint32_t expected_ = 0;  ///< scrapes list capabilities in the same order: the likely next one
};

}  // namespace pawl::domain
