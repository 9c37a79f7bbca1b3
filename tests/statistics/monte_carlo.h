// Many runs, and how sure one can be of their mean.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace pawl::statistics {

/// A mean with its Monte Carlo standard error.
struct Estimate {
  double mean = 0;
  double error = 0;
  int runs = 0;
};

class Tally {
 public:
  void add(double value) {
    ++runs_;
    sum_ += value;
    squares_ += value * value;
  }
  [[nodiscard]] Estimate estimate() const {
    if (runs_ == 0) return {};
    const double mean = sum_ / runs_;
    const double variance = std::fmax(0.0, squares_ / runs_ - mean * mean);
    return {mean, std::sqrt(variance / runs_), runs_};
  }

 private:
  int runs_ = 0;
  double sum_ = 0;
  double squares_ = 0;
};

/// Two to three of these on top of a bar are chance: the error of a share whose true value is the bar itself.
inline double share_error(double share, int runs) { return std::sqrt(share * (1 - share) / runs); }

/// Results of run 0 .. runs-1, in that order whatever the number of threads: each run has its own seed.
template <class Result>
std::vector<Result> each_run(int runs, int threads, const std::function<Result(int run)>& one) {
  std::vector<Result> results(static_cast<std::size_t>(runs));
  std::vector<std::jthread> workers;
  for (int thread = 0; thread < threads; ++thread) {
    workers.emplace_back([&, thread] {
      for (int run = thread; run < runs; run += threads) results[static_cast<std::size_t>(run)] = one(run);
    });
  }
  workers.clear();
  return results;
}

}  // namespace pawl::statistics
