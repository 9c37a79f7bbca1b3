#include "domain/evidence/overdispersion.h"

#include <algorithm>

namespace pawl::domain {

Overdispersion overdispersion(std::span<const PassWindow> windows) {
  PassWindow all;
  double used = 0;
  for (const PassWindow& window : windows) {
    if (!(window.n > 0)) continue;
    all.n += window.n;
    all.passes += window.passes;
    used += 1;
  }
  if (!(all.n > 0)) return {};
  Overdispersion out;
  out.p = all.passes / all.n;
  const double variance = out.p * (1 - out.p);
  if (!(variance > 0)) return out;
  double scatter = 0;
  for (const PassWindow& window : windows) {
    if (!(window.n > 0)) continue;
    const double off = window.passes - window.n * out.p;
    scatter += off * off / (window.n * variance);
  }
  out.phi = std::max(1.0, scatter / used);
  return out;
}

}  // namespace pawl::domain
