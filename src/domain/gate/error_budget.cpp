#include "domain/gate/error_budget.h"

#include <numbers>

namespace pawl::domain {

double level_of_candidate(double alpha, int j) {
  const double place = j;
  return 6 * alpha / (std::numbers::pi * std::numbers::pi * place * place);
}

double level_spent(double alpha, int j) {
  double spent = 0;
  for (int i = 1; i <= j; ++i) spent += level_of_candidate(alpha, i);
  return spent;
}

}  // namespace pawl::domain
