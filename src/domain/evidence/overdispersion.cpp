#include "domain/evidence/overdispersion.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace pawl::domain {
namespace {

constexpr int kFewestWindows = 12;
constexpr int kEnoughWindows = 48;
constexpr double kUnharmful = 1.1;
constexpr double kSafety = 1.25;

}  // namespace

Overdispersion overdispersion(std::span<const ArmCounts> windows) {
  Overdispersion out;
  ArmCounts all;
  for (const ArmCounts& window : windows) {
    if (!(window.n > 0)) continue;
    all += window;
    ++out.windows;
  }
  if (out.windows == 0) return out;
  out.mean = all.sum / all.n;
  const double variance = all.sumsq / all.n - out.mean * out.mean;
  if (!(variance > 0)) return out;
  double scatter = 0;
  double chance = 0;
  for (const ArmCounts& window : windows) {
    if (!(window.n > 0)) continue;
    const double off = window.sum - window.n * out.mean;
    scatter += off * off / (window.n * variance);
    chance += std::max(0.0, 2 + (1 - 6 * variance) / (window.n * variance));
  }
  out.phi = std::max(1.0, scatter / out.windows);
  out.standard_error = std::sqrt(chance) / out.windows;
  return out;
}

std::vector<Scatter> scatter_of(const std::vector<ScoreWindows>& scores) {
  std::map<std::string, Overdispersion> widest;
  for (const ScoreWindows& each : scores) {
    const Overdispersion found = overdispersion(each.windows);
    const auto [at, fresh] = widest.try_emplace(each.capability, found);
    if (!fresh && std::pair(found.phi, found.windows) > std::pair(at->second.phi, at->second.windows)) {
      at->second = found;
    }
  }
  std::vector<Scatter> out;
  for (const auto& [capability, found] : widest) out.push_back({capability, found});
  return out;
}

std::optional<double> advised_deflation(const Overdispersion& found) {
  if (found.windows < kFewestWindows) return std::nullopt;
  if (found.phi <= kUnharmful) return 1;
  const bool by_chance = found.phi - 1 < 2 * found.standard_error;
  if (!by_chance) return kSafety * found.phi;
  return found.windows < kEnoughWindows ? std::nullopt : std::optional(1.0);
}

}  // namespace pawl::domain
