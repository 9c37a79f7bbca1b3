// The CRDs are the API's source of truth. What the codec reads and writes is compared with them here:
// a field that only one of the two knows is lost silently otherwise (pruned by the server, or never read).
#include <gtest/gtest.h>

#include "codec/enums.h"
#include "codec/gate_codec.h"
#include "codec/revision_codec.h"
#include "codec/rollout_codec.h"
#include "codec/status_codec.h"
#include "codec/suite_codec.h"
#include "random_status.h"
#include "yaml_json.h"

namespace pawl::codec {
namespace {

using Paths = std::set<std::string>;

Json schema_of(const std::string& kind, const char* part) {
  const Json crd = load_yaml("crds/pawl.dev_" + kind + ".yaml");
  return crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"][part];
}

/// Calls `visit(path, schema)` for each property below, "spec.steps[].name".
template <class Visit>
void walk(const Json& schema, const std::string& path, const Visit& visit) {
  if (schema.contains("items")) return walk(schema["items"], path + "[]", visit);
  if (!schema.contains("properties")) return;
  for (const auto& [name, property] : schema["properties"].items()) {
    const std::string below = path + "." + name;
    visit(below, property);
    walk(property, below, visit);
  }
}

Paths schema_paths(const std::string& kind, const char* part) {
  Paths paths;
  walk(schema_of(kind, part), part, [&](const std::string& path, const Json& /*schema*/) { paths.insert(path); });
  return paths;
}

/// Every field of a value, in the same notation.
void collect(const Json& value, const std::string& path, Paths& into) {
  if (value.is_array()) {
    for (const Json& item : value) collect(item, path + "[]", into);
  } else if (value.is_object()) {
    for (const auto& [name, field] : value.items()) {
      into.insert(path + "." + name);
      collect(field, path + "." + name, into);
    }
  }
}

Paths paths_of(const Json& value, const char* part) {
  Paths paths;
  collect(value, part, paths);
  return paths;
}

Paths rollout_spec_asked(const Json& spec) {
  json::Reading reading;
  (void)read_rollout_spec(json::Cursor(spec, "spec", reading));
  EXPECT_TRUE(reading.ok()) << json::describe(reading.faults());
  return reading.asked_paths();
}

Paths revision_spec_asked(const Json& spec) {
  json::Reading reading;
  (void)read_revision_spec(json::Cursor(spec, "spec", reading));
  EXPECT_TRUE(reading.ok()) << json::describe(reading.faults());
  return reading.asked_paths();
}

/// Fills in defaults as the server does: a default fires only if its parent exists.
void apply_defaults(const Json& schema, Json& value) {
  if (value.is_array() && schema.contains("items")) {
    for (Json& item : value) apply_defaults(schema["items"], item);
  }
  if (!value.is_object() || !schema.contains("properties")) return;
  for (const auto& [name, property] : schema["properties"].items()) {
    if (!value.contains(name) && property.contains("default")) value[name] = property["default"];
    if (value.contains(name)) apply_defaults(property, value[name]);
  }
}

TEST(T14Schema, OfARolloutsSpecHasExactlyTheFieldsTheCodecReads) {
  EXPECT_EQ(rollout_spec_asked(load_yaml("tests/data/maximal_rollout.yaml")["spec"]),
            schema_paths("agentrollouts", "spec"));
}

TEST(T14Schema, OfARevisionsSpecHasExactlyTheFieldsTheCodecReads) {
  EXPECT_EQ(revision_spec_asked(load_yaml("tests/data/maximal_revision.yaml")["spec"]),
            schema_paths("agentrevisions", "spec"));
}

TEST(T14Schema, IsExercisedInFullByTheMaximalExamples) {
  EXPECT_EQ(paths_of(load_yaml("tests/data/maximal_rollout.yaml")["spec"], "spec"),
            schema_paths("agentrollouts", "spec"));
  EXPECT_EQ(paths_of(load_yaml("tests/data/maximal_revision.yaml")["spec"], "spec"),
            schema_paths("agentrevisions", "spec"));
}

Paths suite_spec_asked(const Json& spec) {
  json::Reading reading;
  (void)read_suite_spec(json::Cursor(spec, "spec", reading));
  EXPECT_TRUE(reading.ok()) << json::describe(reading.faults());
  return reading.asked_paths();
}

// ConfigMaps and Secrets exclude each other: the two examples have one each.
TEST(T14Schema, OfASuitesSpecHasExactlyTheFieldsTheCodecReads) {
  Paths asked = suite_spec_asked(load_yaml("tests/data/maximal_suite.yaml")["spec"]);
  asked.merge(suite_spec_asked(load_yaml("tests/data/minimal_suite.yaml")["spec"]));
  EXPECT_EQ(asked, schema_paths("evalsuites", "spec"));
}

TEST(T14Schema, OfASuitesStatusHasExactlyTheFieldsTheCodecWrites) {
  domain::SuiteStatus status;
  status.observed_generation = 3;
  status.size = 2;
  status.digest = std::string(64, 'a');
  status.capabilities = {{"refunds", 2, false}};
  status.ledger = domain::Ledger{2, 30, 4, 1, {2, "0011223344556677"}};
  status.known_cases = {"frozen/0123456789abcdef"};
  status.conditions = {{"Ready", domain::ConditionStatus::True, "Read", "2 cases", 3, Instant{}}};
  EXPECT_EQ(paths_of(render_suite_status(status), "status"), schema_paths("evalsuites", "status"));
  EXPECT_EQ(parse_suite_status(render_suite_status(status)), status);
}

TEST(T14Schema, OfASuiteHasTheDefaultsOfTheDomain) {
  for (const char* file : {"tests/data/minimal_suite.yaml", "tests/data/maximal_suite.yaml"}) {
    Json spec = load_yaml(file)["spec"];
    if (spec.contains("budget")) spec["budget"] = Json::object();
    if (spec.contains("capabilities")) spec["capabilities"][0].erase("minCases");
    const auto before = parse_suite_spec(spec);
    apply_defaults(schema_of("evalsuites", "spec"), spec);
    EXPECT_TRUE(spec.contains("epochs"));
    EXPECT_EQ(parse_suite_spec(spec).value(), before.value());
  }
}

TEST(T14Schema, OfARolloutsStatusHasExactlyTheFieldsTheCodecWrites) {
  domain::RolloutSpec spec;
  spec.steps.resize(3);
  domain::RolloutStatus status = full_rollout_status();
  EXPECT_EQ(paths_of(render_rollout_status(status, spec), "status"), schema_paths("agentrollouts", "status"));
}

TEST(T14Schema, OfARevisionsStatusHasExactlyTheFieldsTheCodecWrites) {
  Json whole = render_revision_status(full_revision_status());
  EXPECT_FALSE(whole.contains("gate")) << "the operator would write what is the gate's";
  whole["gate"] = render_revision_gate(full_revision_gate());
  EXPECT_FALSE(whole.contains("gateProgress")) << "this too";
  whole["gateProgress"] = render_gate_progress({120, 2400});
  EXPECT_EQ(paths_of(whole, "status"), schema_paths("agentrevisions", "status"));
  EXPECT_EQ(parse_gate_progress(whole), (domain::GateProgress{120, 2400}));
}

TEST(T14Schema, HasTheDefaultsOfTheDomain) {
  Json rollout = load_yaml("tests/data/minimal_rollout.yaml")["spec"];
  const auto before = parse_rollout_spec(rollout);
  apply_defaults(schema_of("agentrollouts", "spec"), rollout);
  EXPECT_TRUE(rollout.contains("analysis"));
  EXPECT_EQ(parse_rollout_spec(rollout).value(), before.value());

  Json revision = load_yaml("tests/data/minimal_revision.yaml")["spec"];
  const auto first = parse_revision_spec(revision);
  apply_defaults(schema_of("agentrevisions", "spec"), revision);
  EXPECT_EQ(parse_revision_spec(revision).value(), first.value());
}

TEST(T14Schema, HasADefaultForWhateverTheCodecDoesNotRequire) {
  Json rollout = load_yaml("tests/data/maximal_rollout.yaml")["spec"];
  rollout["evidence"]["served"] = {{"stable", "a"}, {"canary", "b"}};
  rollout["breakers"][0]["guardrail"].erase("maxEvents");
  const auto before = parse_rollout_spec(rollout);
  apply_defaults(schema_of("agentrollouts", "spec"), rollout);
  EXPECT_EQ(rollout["evidence"]["served"].size(), 4U);
  EXPECT_EQ(rollout["breakers"][0]["guardrail"].size(), 2U);
  EXPECT_EQ(parse_rollout_spec(rollout).value(), before.value());
}

/// Whether a word of the schema is one the codec knows at that path.
using Knows = bool (*)(std::string_view);
template <const auto& Table>
bool knows(std::string_view word) {
  return json::enum_value(Table, word).has_value();
}
struct EnumField {
  std::string_view path;
  Knows knows;
  std::size_t words;
};

constexpr bool is_http_route(std::string_view word) { return word == "HTTPRoute"; }

const EnumField kEnumFields[] = {
    {"spec.author.kind", knows<kAuthorKindNames>, kAuthorKindNames.size()},
    {"spec.candidates.policy", knows<kCandidatePolicyNames>, kCandidatePolicyNames.size()},
    {"spec.traffic.mode", knows<kTrafficModeNames>, kTrafficModeNames.size()},
    {"spec.traffic.route.kind", is_http_route, 1},
    {"spec.traffic.assignment.unit", knows<kAssignmentUnitNames>, kAssignmentUnitNames.size()},
    {"spec.gate.initial", knows<kInitialPolicyNames>, kInitialPolicyNames.size()},
    {"spec.gate.unclaimed", knows<kUnclaimedPolicyNames>, kUnclaimedPolicyNames.size()},
    {"status.gate.state", knows<kGateStateNames>, kGateStateNames.size()},
    {"status.gate.verdict", knows<kGateVerdictNames>, kGateVerdictNames.size()},
    {"status.gate.evidence[].state", knows<kSkillStateNames>, kSkillStateNames.size()},
    {"spec.tier", knows<kSuiteTierNames>, kSuiteTierNames.size()},
    {"spec.enforcement", knows<kEnforcementNames>, kEnforcementNames.size()},
    {"agentrollouts status.phase", knows<kPhaseNames>, kPhaseNames.size()},
    {"agentrevisions status.phase", knows<kRevisionPhaseNames>, kRevisionPhaseNames.size()},
    {"status.promotion", knows<kPromotionStageNames>, kPromotionStageNames.size()},
    {"status.ending", knows<kOutcomeNames>, kOutcomeNames.size()},
    {"status.history[].outcome", knows<kOutcomeNames>, kOutcomeNames.size()},
    {"status.scoreboard[].state", knows<kCapabilityStateNames>, kCapabilityStateNames.size()},
    {"status.conditions[].status", knows<kConditionStatusNames>, kConditionStatusNames.size()},
};

const EnumField* find_enum(const std::string& kind, const std::string& path) {
  for (const EnumField& field : kEnumFields) {
    if (field.path == path || field.path == kind + " " + path) return &field;
  }
  return nullptr;
}

TEST(T14Schema, HasExactlyTheWordsOfTheCodecsTables) {
  std::size_t checked = 0;
  for (const std::string kind : {"agentrollouts", "agentrevisions", "evalsuites"}) {
    for (const char* part : {"spec", "status"}) {
      walk(schema_of(kind, part), part, [&](const std::string& path, const Json& schema) {
        if (!schema.contains("enum")) return;
        const EnumField* field = find_enum(kind, path);
        ASSERT_NE(field, nullptr) << kind << " " << path << " has words nobody reads";
        EXPECT_EQ(schema["enum"].size(), field->words) << kind << " " << path;
        for (const Json& word : schema["enum"]) {
          EXPECT_TRUE(field->knows(word.get<std::string>())) << path << " " << word;
        }
        ++checked;
      });
    }
  }
  EXPECT_EQ(checked, std::size(kEnumFields) + 3)
      << "the scoreboard stands in two kinds and conditions in three, all others once";
}

TEST(T14Schema, BoundsEveryTextListAndNumber) {
  for (const std::string kind : {"agentrollouts", "agentrevisions", "evalsuites"}) {
    for (const char* part : {"spec", "status"}) {
      walk(schema_of(kind, part), part, [&](const std::string& path, const Json& schema) {
        const Json& leaf =
            schema.contains("items") && !schema["items"].contains("properties") ? schema["items"] : schema;
        if (schema["type"] == "array") {
          EXPECT_TRUE(schema.contains("maxItems")) << kind << " " << path;
        }
        if (leaf["type"] == "string") {
          EXPECT_TRUE(leaf.contains("maxLength") || leaf.contains("enum") || leaf.contains("format"))
              << kind << " " << path;
        }
        if (leaf["type"] == "integer") {
          EXPECT_TRUE(leaf.contains("minimum")) << kind << " " << path;
        }
      });
    }
  }
}

}  // namespace
}  // namespace pawl::codec
