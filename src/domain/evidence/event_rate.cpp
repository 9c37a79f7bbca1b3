#include "domain/evidence/event_rate.h"

#include <cmath>

#include "domain/evidence/log_space.h"

namespace pawl::domain {
namespace {

constexpr std::array kMultiples{1.25, 1.5, 2.0, 3.0, 5.0, 10.0};  // of the tolerated rate, bet on at once

}  // namespace

EventBlock& EventBlock::operator+=(const EventBlock& other) {
  canary_exposure += other.canary_exposure;
  canary_events += other.canary_events;
  stable_exposure += other.stable_exposure;
  stable_events += other.stable_events;
  return *this;
}

EventRate::EventRate(double factor, double phi) : factor_(factor), phi_(phi) {}

void EventRate::add(const EventBlock& block) {
  carried_ += block;
  if (!carried_.complete()) return;
  const EventBlock whole = carried_;
  carried_ = {};
  totals_ += whole;
  const double events = whole.canary_events + whole.stable_events;
  if (!(events > 0)) return;
  const double canary = factor_ * whole.canary_exposure / (whole.canary_exposure + whole.stable_exposure);
  const double stable = whole.stable_exposure / (whole.canary_exposure + whole.stable_exposure);
  for (std::size_t j = 0; j < kMultiples.size(); ++j) {
    const double log_e = whole.canary_events * std::log(kMultiples[j]) +
                         events * (std::log(canary + stable) - std::log(canary * kMultiples[j] + stable));
    wealth_[j] += log_e / phi_;
  }
  log_e_ = log_sum(wealth_) - std::log(static_cast<double>(kMultiples.size()));
}

}  // namespace pawl::domain
