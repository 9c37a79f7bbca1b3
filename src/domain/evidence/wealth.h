// What a bettor has: a number that is multiplied at every block and may become as small as e^-1000000000 or as large.
// Kept as mantissa * 2^exponent, so that a block costs multiplications and only the sum of all bets needs a logarithm.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace pawl::domain {

class Wealth {
 public:
  /// At least 0, finite.
  explicit Wealth(double value) : mantissa_(value) { normalise(); }

  /// Above 2^-900 and below 2^900.
  void multiply(double factor) {
    mantissa_ *= factor;
    normalise();
  }
  /// By e^log_factor.
  void multiply_by_exp(double log_factor) {
    const double powers = std::floor(log_factor / std::numbers::ln2);
    exponent_ += static_cast<std::int64_t>(powers);
    multiply(std::exp(log_factor - powers * std::numbers::ln2));
  }
  void add(const Wealth& other) {
    if (other.mantissa_ == 0) return;
    if (mantissa_ == 0) *this = other;
    else if (exponent_ == other.exponent_) mantissa_ += other.mantissa_;
    else if (exponent_ > other.exponent_) {
      mantissa_ += std::ldexp(other.mantissa_, lowered(other.exponent_ - exponent_));
    } else *this = {std::ldexp(mantissa_, lowered(exponent_ - other.exponent_)) + other.mantissa_, other.exponent_};
    normalise();
  }
  /// log(0) for nothing.
  [[nodiscard]] double log() const { return std::log(mantissa_) + static_cast<double>(exponent_) * std::numbers::ln2; }

 private:
  static constexpr int kStep = 100;  // a mantissa lies within 2^-100 and 2^100, or is 0
  Wealth(double mantissa, std::int64_t exponent) : mantissa_(mantissa), exponent_(exponent) {}

  /// What is 2^-1100 times smaller vanishes.
  static int lowered(std::int64_t by) { return by > -1100 ? static_cast<int>(by) : -1100; }
  void normalise() {
    constexpr double high = 0x1p100;
    constexpr double low = 0x1p-100;
    if (mantissa_ < high && mantissa_ > low) return;
    if (mantissa_ == 0) return;
    int powers = 0;
    mantissa_ = std::frexp(mantissa_, &powers);
    // In whole steps: two that have gone about as far can be added without being shifted.
    const int within = powers % kStep;
    mantissa_ = std::ldexp(mantissa_, within);
    exponent_ += powers - within;
  }

  double mantissa_;
  std::int64_t exponent_ = 0;
};

}  // namespace pawl::domain
