// Every importer against texts that were broken on purpose: it may complain, but it must come back, and what it returns
// must be valid.
#include <gtest/gtest.h>

#include "suite/export.h"
#include "suite/freeze.h"
#include "suite/import.h"
#include "suite/waivers.h"
#include "support/seeds.h"
#include "unit/suite/mutate.h"

namespace pawl::suite {
namespace {

const std::vector<std::string> kSeeds = {
    "prompts: ['{{q}}']\ntests:\n- vars: {q: [a, b]}\n  metadata: {id: x, tags: [t]}\n  assert: [{type: icontains-any, value: 'a, b', weight: 2}, {type: assert-set, assert: [{type: is-json}]}]\n",
    "q,__expected,__expected2,__threshold,__metadata:capability\n\"a \"\"b\"\"\",similar(0.9): c,is-json,0.5,tone\n",
    "{\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"a\"}]}], \"ideal\": [\"4\"], \"metadata\": {\"id\": \"a\"}}\n",
    "[{\"id\": 7, \"input\": \"2+2?\", \"choices\": [\"a\", \"b\"], \"target\": [\"A\"], \"metadata\": {\"capability\": \"sums\"}}]",
    "{\"id\": \"simple_java_0\", \"question\": [[{\"role\": \"user\", \"content\": \"Area?\"}]], \"function\": [{\"name\": \"f\", \"parameters\": {\"type\": \"dict\"}}]}\n",
    "{\"id\": \"simple_java_0\", \"ground_truth\": [{\"f\": {\"r\": [2.5, \"\"]}}]}\n",
    "{\"id\":\"a\",\"capability\":\"c\",\"input\":[{\"role\":\"user\",\"content\":\"hi\"}],\"expect\":[{\"grader\":\"tool-calls\",\"parameters\":{\"calls\":[{\"name\":\"f\",\"arguments\":{\"a\":[1]}}]}}]}\n",
    "{\"interaction.id\": \"i\", \"input\": \"hi\", \"output\": \"no\", \"capability\": \"c\", \"end_time\": \"2026-11-24T00:00:00Z\", \"tool_calls\": [{\"name\": \"f\", \"arguments\": {}}]}",
};

void expect_valid(const Imported& imported, const std::string& text) {
  if (imported.cases.empty()) return;
  const CaseFile back = read_cases(write_cases(imported.cases));
  ASSERT_EQ(back.faults.size(), 0U) << describe(back.faults[0]) << "\n" << text;
  ASSERT_EQ(back.cases, imported.cases) << text;
}

void try_everything(const std::string& text, const std::string& other) {
  const ImportOptions options;
  for (const Imported& imported :
       {import_promptfoo(text, options), import_promptfoo_csv(text, options), import_openai_evals(text, options),
        import_inspect(text, options), import_bfcl(text, other, options), import_bfcl(other, text, options)}) {
    expect_valid(imported, text);
    (void)export_promptfoo(imported.cases);
    (void)export_openai_evals(imported.cases);
    (void)export_inspect(imported.cases);
    (void)export_bfcl(imported.cases);
  }
  const CaseFile read = read_cases(text);
  expect_valid({read.cases, {}, {}}, text);
  (void)draft_from_record(text, {});
  (void)read_waivers(text);
}

TEST(Mutations, NeverMakeAnImporterFailOrReturnAnInvalidCase) {
  test::for_each_seed(2'000, [](std::uint64_t seed) {
    Random random(seed);
    const std::string text = tests::mutated(kSeeds, random);
    try_everything(text, tests::mutated(kSeeds, random));
  });
}

}  // namespace
}  // namespace pawl::suite
