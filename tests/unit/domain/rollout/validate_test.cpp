// The CRD's rules again, for servers whose admission is older than the CRD.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "domain/rollout/spec.h"

namespace pawl::domain {
namespace {

RolloutSpec sound() {
  RolloutSpec spec;
  spec.agent = "bot";
  spec.steps = {{"one", 100, {}}};
  spec.traffic.gateway = GatewayRef{};
  spec.traffic.stable_service = "stable";
  spec.traffic.canary_service = "canary";
  spec.evidence.capabilities = {{"search", 0.05, 0.01}, {"write", std::nullopt, std::nullopt}};
  spec.evidence.groups = {{"rare", {"wires", "cheques"}, 0.1, std::nullopt}};
  return spec;
}

BreakerSpec breaker(const std::string& name) {
  BreakerSpec result;
  result.name = name;
  return result;
}

std::string faults(const std::function<void(RolloutSpec&)>& change) {
  RolloutSpec spec = sound();
  change(spec);
  std::string paths;
  for (const SpecFault& fault : validate(spec)) {
    EXPECT_FALSE(fault.message.empty());
    paths += (paths.empty() ? "" : " ") + fault.path;
  }
  return paths;
}

TEST(Validate, FindsNoFaultInASoundSpec) {
  EXPECT_EQ(faults([](RolloutSpec&) {}), "");
}

TEST(Validate, TheGatesCeilingsNeedSuitesAndAreAboveZero) {
  EXPECT_EQ(faults([](RolloutSpec& s) { s.gate.ceilings.cost_usd = 0.02; }), "spec.gate.ceilings");
  const auto with = [](const std::function<void(GateSpec&)>& change) {
    return faults([&](RolloutSpec& s) {
      s.gate.suites = {"held-out"};
      change(s.gate);
    });
  };
  EXPECT_EQ(with([](GateSpec& gate) { gate.ceilings = {0.02, 1.5, Duration{4000}, 1.25}; }), "");
  EXPECT_EQ(
      with([](GateSpec& gate) { gate.ceilings = {0.0, 0.0, Duration{0}, 0.0}; }),
      "spec.gate.ceilings.costUsd spec.gate.ceilings.costRatio spec.gate.ceilings.p95 spec.gate.ceilings.p95Ratio");
  EXPECT_EQ(with([](GateSpec& gate) { gate.alpha = 1; }), "spec.gate.alpha");
}

TEST(Validate, AToleranceStaysBelowItsMargin) {
  EXPECT_EQ(faults([](RolloutSpec& s) { s.evidence.capabilities[0].tolerance = 0.05; }),
            "spec.evidence.capabilities[search].tolerance");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.evidence.groups[0].tolerance = 0.2; }),
            "spec.evidence.groups[rare].tolerance");
  // A common tolerance above the common margin is at fault itself, and with it whoever relies on it.
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.tolerance = 0.06; }),
            "spec.analysis.tolerance spec.evidence.capabilities[write].tolerance");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.tolerance = -0.01; }),
            "spec.analysis.tolerance spec.evidence.capabilities[write].tolerance spec.evidence.groups[rare].tolerance");
}

TEST(Validate, ACapabilityIsJudgedOnce) {
  EXPECT_EQ(faults([](RolloutSpec& s) { s.evidence.groups[0].capabilities[1] = "search"; }),
            "spec.evidence.groups[rare].capabilities");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.evidence.groups.push_back({"odd", {"wires"}, 0.1, 0.0}); }),
            "spec.evidence.groups[odd].capabilities");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.evidence.groups[0].name = "write"; }), "spec.evidence.groups[write].name");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.evidence.groups[0].name = "wires"; }),
            "spec.evidence.groups[wires].capabilities");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.evidence.groups[0].capabilities.clear(); }),
            "spec.evidence.groups[rare].capabilities");
}

TEST(Validate, ABreakerWatchesOneThing) {
  const auto with = [](const std::function<void(BreakerSpec&)>& change) {
    return faults([&](RolloutSpec& s) { change(s.breakers.emplace_back(breaker("b"))); });
  };
  EXPECT_EQ(with([](BreakerSpec&) {}), "spec.breakers[b]");
  EXPECT_EQ(with([](BreakerSpec& b) { b.errors = true; }), "");
  EXPECT_EQ(with([](BreakerSpec& b) { b.errors = true, b.latency = {2.5, 1.0}; }), "spec.breakers[b]");
  EXPECT_EQ(with([](BreakerSpec& b) { b.latency = {2.5, 0.9}; }), "spec.breakers[b].latency.tolerance");
  EXPECT_EQ(with([](BreakerSpec& b) { b.latency = {0.0, 1.0}; }), "spec.breakers[b].latency.le");
  EXPECT_EQ(with([](BreakerSpec& b) { b.events = {"retry", 0.9}; }), "spec.breakers[b].events.tolerance");
  EXPECT_EQ(with([](BreakerSpec& b) { b.guardrail_class = "pii", b.max_events = 2, b.max_rate = 0.1; }),
            "spec.breakers[b].guardrail.maxRate");
  EXPECT_EQ(with([](BreakerSpec& b) { b.guardrail_class = "pii", b.max_rate = 1.0; }),
            "spec.breakers[b].guardrail.maxRate");
  EXPECT_EQ(faults([](RolloutSpec& s) {
              s.breakers = {breaker("a"), breaker("b")};
              s.breakers[0].errors = s.breakers[1].errors = true;
            }),
            "spec.breakers");
}

TEST(Validate, TheAnalysisStaysWithinItsBounds) {
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.guardrail_alpha = 0; }), "spec.analysis.guardrailAlpha");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.deflation = 0.9; }), "spec.analysis.deflation");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.coverage = 0; }), "spec.analysis.coverage");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.bets.from_start = 0; }), "spec.analysis.bets.fromStart");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.bets.cap = 1; }), "spec.analysis.bets.cap");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.min_samples = 5000; }), "spec.analysis.minSamples");
  EXPECT_EQ(faults([](RolloutSpec& s) { s.analysis.min_age = s.analysis.max_duration + Duration{1}; }),
            "spec.analysis.minAge");
}

}  // namespace
}  // namespace pawl::domain
