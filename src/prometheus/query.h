// Raw samples from a Prometheus server. Never rate() or increase(): they extrapolate, and extrapolated counts are no
// evidence.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/evidence/series.h"

namespace pawl::prometheus {

/// The largest answer that is read, in bytes.
inline constexpr std::size_t kLargestAnswer = std::size_t{32} << 20;

/// As a string literal of PromQL, with its quotation marks.
std::string literal(const std::string& text);
/// As the right side of `=~`: matches exactly these label values, whatever characters they have.
std::string one_of(const std::vector<std::string>& values);

/// Thread-safe: every query opens its own connection.
class PrometheusClient {
 public:
  /// `address`: "http://host:port", with an optional path prefix. `timeout` bounds connecting, and each wait for bytes;
  /// a body that is not whole after twice that is given up.
  explicit PrometheusClient(std::string address, Duration timeout);

  /// Runs an instant query that ends in a range ("pawl_score_count_total{...}[3600s]") as of `at`. Follows no redirect.
  /// Unavailable when nothing or a 5xx answers, Malformed when the answer is something else, Cancelled on stop.
  Result<std::vector<domain::Series>> raw_samples(std::string selector_with_range, Instant at, std::stop_token stop);

 private:
  std::string address_;
  std::string host_;
  std::string prefix_;
  Duration timeout_;
};

}  // namespace pawl::prometheus
