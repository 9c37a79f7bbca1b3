// The bound that delays are measured against is itself checked: the reference vectors, and some computed another way.
#include "statistics/bounds.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace pawl::statistics {
namespace {

TEST(Bounds, B0_the_least_delay_is_that_of_the_vectors) {
  int checked = 0;
  for (const char* name : {"vectors.json", "more_vectors.json"}) {
    std::ifstream file(std::string(PAWL_SOURCE_DIR) + "/tests/data/" + name);
    const nlohmann::json document = nlohmann::json::parse(file);
    for (const nlohmann::json& v : document.at("vectors")) {
      if (v["formula"] != "lower_bound") continue;
      const auto& in = v["input"];
      const double expected = v["expect"]["n"];
      EXPECT_NEAR(least_delay(in["pc"], in["ps"], in["w"], in["K"], in["alpha"], in["delta"]), expected, 1e-9 * expected) << v["id"];
      ++checked;
    }
  }
  EXPECT_GE(checked, 13);
}

}  // namespace
}  // namespace pawl::statistics
