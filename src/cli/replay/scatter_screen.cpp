#include "cli/replay/scatter_screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/counted.h"
#include "cli/text.h"

namespace pawl::cli {
namespace {

std::string advice(const domain::Scatter& widest, double advised, double deflation) {
  const std::string scores = "scores of " + printable(widest.capability);
  if (advised <= 1) return scores + " scatter as independent ones do: a deflation of 1 is enough";
  if (advised <= deflation)
    return fmt::format("{} come in clumps; the deflation of {:.3g} covers it", scores, deflation);
  return fmt::format("{} come in clumps: set analysis.deflation to \"{:.2f}\", or give one score per conversation",
                     scores, advised);
}

}  // namespace

std::string scatter_words(const std::vector<domain::Scatter>& found, double deflation) {
  const auto widest = std::ranges::max_element(found, {}, [](const domain::Scatter& s) {
    return std::pair(domain::advised_deflation(s.of).value_or(0), s.of.phi);
  });
  if (widest == found.end()) return "stable has no scores of the day before the trial";
  const std::string measured = fmt::format(
      "phi {:.2f} of {} where independent scores give 1 ± {:.2f}, from {} of ten minutes before the trial",
      widest->of.phi, printable(widest->capability), widest->of.standard_error, counted(widest->of.windows, "window"));
  const auto advised = domain::advised_deflation(widest->of);
  if (!advised) return measured + ": too few to tell";
  return measured + "; " + advice(*widest, *advised, deflation);
}

nlohmann::ordered_json scatter_json(const std::vector<domain::Scatter>& found) {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const domain::Scatter& each : found) {
    nlohmann::ordered_json one{{"capability", each.capability},
                               {"phi", each.of.phi},
                               {"standardError", each.of.standard_error},
                               {"windows", each.of.windows}};
    const auto advised = domain::advised_deflation(each.of);
    one["advisedDeflation"] = advised ? nlohmann::ordered_json(*advised) : nlohmann::ordered_json(nullptr);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace pawl::cli
