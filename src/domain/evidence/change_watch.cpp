#include "domain/evidence/change_watch.h"

namespace pawl::domain {

void ChangeWatch::add(double log_e) {
  switch (rule_) {
    case WatchRule::ShiryaevRoberts:
      log_statistic_ = log_e + log_add(log_statistic_, 0);
      break;
    case WatchRule::Cusum:
      log_statistic_ = log_e + std::max(log_statistic_, 0.0);
      break;
  }
}

bool ChangeWatch::alarmed(double blocks_between_alarms) const {
  return log_statistic_ >= std::log(blocks_between_alarms);
}

}  // namespace pawl::domain
