#include "domain/gate/contamination.h"

#include <gtest/gtest.h>

#include "domain/gate/decodings.h"
#include "encodings.h"
#include "texts.h"

namespace pawl::domain {
namespace {

constexpr const char* kAnswer = "Post the chair to the depot in Lund, we pay the parcel.";

std::vector<SecretTexts> suite(std::size_t size = 300, std::uint64_t seed = 5) {
  Random random(seed);
  std::vector<SecretTexts> cases;
  for (std::size_t i = 0; i < size; ++i) {
    const std::string asked = question(random);
    const std::string wanted = "Answer " + made_up_sentence(random, 9);
    cases.push_back({{asked}, {wanted}, "pawl-canary-" + std::to_string(random.next())});
  }
  cases[17].answers.push_back(kAnswer);
  return cases;
}

/// How many cases one file with this content hits, by kind.
std::array<std::size_t, kLeakKinds> hits(const LeakIndex& index, const std::string& content) {
  const Contamination found = index.scan({{"prompt/system.md", content}});
  return found.clean() ? std::array<std::size_t, kLeakKinds>{} : found.files[0].cases;
}
std::size_t count(const std::array<std::size_t, kLeakKinds>& hits, Leak kind) {
  return hits[static_cast<std::size_t>(kind)];
}

std::string in_a_tool(const std::string& description) {
  return R"({"name": "lookup_order", "description": "Finds an order by its number. )" + description +
         R"(", "parameters": {"type": "object"}})";
}

TEST(Contamination, FindsAPromptThatWasCopied) {
  const auto cases = suite();
  const auto found = hits(LeakIndex(cases), "Be kind.\nExample: " + cases[3].prompts[0] + "\nAnswer in one line.");
  EXPECT_EQ(count(found, Leak::Prompt), 1U);
  EXPECT_EQ(count(found, Leak::Span), 1U);
  EXPECT_EQ(count(found, Leak::Alike), 1U);
  EXPECT_EQ(count(found, Leak::Answer), 0U);
  EXPECT_EQ(count(found, Leak::Canary), 0U);
}

TEST(Contamination, FindsFiveWordsOfAnAnswer) {
  const auto found = hits(LeakIndex(suite()), "If in doubt: post the chair, to the depot!");
  EXPECT_EQ(count(found, Leak::Answer), 1U);
}

TEST(Contamination, FindsACanaryHoweverItIsWritten) {
  const auto cases = suite();
  const LeakIndex index(cases);
  std::string spaced;
  for (const char c : cases[8].canary) spaced += std::string(1, c) + " ";
  EXPECT_EQ(count(hits(index, "x" + cases[8].canary + "x"), Leak::Canary), 1U);
  EXPECT_EQ(count(hits(index, spaced), Leak::Canary), 1U);
}

TEST(Contamination, FindsACaseInBase64InsideAToolsDescription) {
  const auto cases = suite();
  const LeakIndex index(cases);
  const auto found = index.scan({{"prompt/system.md", "Be kind."},
                                 {"tools/lookup_order.json", in_a_tool("Cache: " + base64(cases[42].prompts[0]))}});
  ASSERT_EQ(found.files.size(), 1U);
  EXPECT_EQ(found.files[0].path, "tools/lookup_order.json");
  EXPECT_EQ(found.files[0].any, 1U);
}

TEST(Contamination, SeesThroughEveryDisguiseAndEveryPairOfThem) {
  const auto cases = suite();
  const LeakIndex index(cases);
  const std::string secret = cases[7].prompts[0];
  std::string hidden_between;
  std::string escaped;
  for (const char c : secret) {
    hidden_between += std::string(1, c) + "\xE2\x80\x8B";
    escaped += c == ' ' ? std::string("\\n") : std::string(1, c);
  }
  std::string upper = secret;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string parted;
  for (const char c : secret) parted += std::string(1, c) + ".";
  std::string units;
  for (const char c : secret) {
    const char* digits = "0123456789abcdef";
    units +=
        std::string("\\u00") + digits[static_cast<unsigned char>(c) / 16] + digits[static_cast<unsigned char>(c) % 16];
  }
  std::string invisible_base64;
  for (const char c : base64(secret)) invisible_base64 += std::string(1, c) + "\xE2\x81\xA0";
  for (const std::string& disguise :
       {secret, upper, hidden_between, escaped, parted, units, rot13(secret), base64(secret), base64(upper),
        base64(hidden_between), base64(rot13(secret)), rot13(base64(secret)), base64(base64(secret)),
        base64(in_a_tool(escaped)), in_a_tool(base64("notes: " + secret)), in_a_tool(units), invisible_base64}) {
    EXPECT_FALSE(index.scan({{"memory/notes.txt", "Notes. " + disguise}}).clean()) << disguise;
  }
}

TEST(Contamination, FindsAPromptWithEverySixthWordReplaced) {
  const auto cases = suite();
  const LeakIndex index(cases);
  std::string changed;
  std::size_t words = 0;
  for (const char c : cases[11].prompts[0]) {
    if (c == ' ' && ++words % 6 == 0) changed += " new";
    changed += c;
  }
  EXPECT_EQ(
      count(hits(index, "Some text before it. " + changed + " And some more after it, which goes on for a while."),
            Leak::Alike),
      1U);
}

TEST(Contamination, LooksAtFileNamesToo) {
  const auto cases = suite();
  EXPECT_FALSE(LeakIndex(cases).scan({{cases[0].canary + ".md", ""}}).clean());
}

TEST(Contamination, DoesNotReportWhatTheParentSaidAlready) {
  const LeakIndex index(suite());
  const std::vector<BundleFile> bundle = {{"policy.md", kAnswer}};
  EXPECT_FALSE(index.scan(bundle).clean());
  EXPECT_TRUE(index.scan(bundle, bundle).clean());
}

TEST(Contamination, IgnoresWhatManyCasesShare) {
  auto cases = suite();
  const std::string shared = "Tell me whether the following message of a customer is angry or calm, in one word: ";
  for (std::size_t i = 0; i < 100; ++i) cases[i].prompts[0] = shared + cases[i].prompts[0];
  EXPECT_TRUE(LeakIndex(cases).scan({{"prompt/system.md", shared}}).clean());
}

TEST(Contamination, SaysNothingOfInnocentEditsOnTheSameSubject) {
  const LeakIndex index(suite());
  Random random(99);  // other questions, made from the same words
  std::size_t wrong = 0;
  for (int i = 0; i < 400; ++i) {
    std::string edit = "You help customers of a shop. Be brief and kind.\n\n## Examples\n\n";
    for (int j = 0; j < 4; ++j) edit += "- \"" + question(random) + "\"\n";
    edit += "Offer a voucher when a parcel is late. Answer " + made_up_sentence(random, 12) + "\n";
    const auto found = index.scan(
        {{"prompt/system.md", edit},
         {"tools/lookup_order.json", in_a_tool(made_up_sentence(random, 10) + base64(made_up_sentence(random, 9)))}});
    for (const FileHits& file : found.files) {
      ++wrong;
      ADD_FAILURE() << "edit " << i << " " << file.path << ": prompt " << file.cases[1] << " answer " << file.cases[2]
                    << " span " << file.cases[3] << " alike " << file.cases[4];
    }
    if (wrong > 5) break;
  }
}

/// Questions of five words with answers of two.
std::vector<SecretTexts> short_suite(std::size_t size = 24) {
  Random random(31);
  std::vector<SecretTexts> cases;
  for (std::size_t i = 0; i < size; ++i) {
    cases.push_back({{"Where does " + made_up_word(random) + " live now?"}, {made_up_sentence(random, 2)}, ""});
  }
  return cases;
}

TEST(Contamination, FindsAShortQuestionThatStandsWithItsAnswer) {
  const auto cases = short_suite();
  const LeakIndex index(cases);
  const std::string line =
      R"({"input": ")" + cases[4].prompts[0] + R"(", "expect": {"values": [")" + cases[4].answers[0];
  EXPECT_EQ(count(hits(index, "Know this. " + line), Leak::Short), 1U);
  EXPECT_EQ(count(hits(index, cases[4].answers[0] + " answers " + cases[4].prompts[0]), Leak::Short), 1U);
  EXPECT_EQ(count(hits(index, base64("Notes: " + line)), Leak::Short), 1U);
  EXPECT_TRUE(index.scan({{"a", cases[4].prompts[0]}}).clean()) << "one question alone may be chance";
  EXPECT_TRUE(index.scan({{"a", cases[4].answers[0]}}).clean());
  EXPECT_TRUE(index.scan({{"a", cases[4].prompts[0] + " " + cases[5].answers[0]}}).clean()) << "of another case";
  EXPECT_TRUE(index.scan({{"a", line}}, {{"b", line}}).clean()) << "no news";
}

TEST(Contamination, FindsSeveralShortQuestionsInWhicheverFilesTheyStand) {
  const auto cases = short_suite();
  const LeakIndex index(cases);
  const std::vector<BundleFile> two = {{"a", cases[1].prompts[0]}, {"b", cases[2].prompts[0]}};
  EXPECT_TRUE(index.scan(two).clean());
  std::vector<BundleFile> three = two;
  three.push_back({"c", cases[3].prompts[0]});
  EXPECT_EQ(index.scan(three).files.size(), 3U);
  EXPECT_TRUE(index.scan(three, {two[0]}).clean()) << "one of them stood in the parent";
}

TEST(Contamination, FindsAWholeSuiteOfShortCases) {
  const auto cases = short_suite();
  std::string file;
  for (const SecretTexts& one : cases) file += one.prompts[0] + " " + one.answers[0] + "\n";
  EXPECT_EQ(count(hits(LeakIndex(cases), file), Leak::Short), cases.size());
}

TEST(Contamination, DoesNotTakeYesForALeakAndSaysWhatItCannotLookFor) {
  const std::vector<SecretTexts> cases = {{{"And then?"}, {"yes"}, ""},
                                          {{"Is that so?"}, {"no"}, ""},
                                          {{"2+2?"}, {"4"}, ""},
                                          {{"Who painted Guernica?"}, {"Picasso"}, ""}};
  const LeakIndex index(cases);
  const auto found = index.scan({{"a", "And then? yes. Is that so? no. 2+2? 4. Say yes or no."}});
  EXPECT_TRUE(found.clean());
  EXPECT_EQ(found.unscannable, 3U);
  EXPECT_FALSE(scannable(cases[0]));
  EXPECT_TRUE(scannable(cases[3]));
}

TEST(Contamination, DoesNotTakeAnAnswerInsideItsQuestionForOne) {
  const LeakIndex index({{{"Is the sky red or blue?"}, {"blue"}, ""}});
  EXPECT_TRUE(index.scan({{"a", "Somebody may ask: is the sky red or blue?"}}).clean());
  EXPECT_FALSE(index.scan({{"a", "Is the sky red or blue? Say blue."}}).clean());
}

TEST(Contamination, NeedsNoCasesAndNoFiles) {
  EXPECT_TRUE(LeakIndex({}).scan({{"a", "b"}}).clean());
  EXPECT_TRUE(LeakIndex(suite()).scan({}).clean());
  EXPECT_TRUE(LeakIndex(suite()).scan({{"a", ""}, {"b", std::string(100'000, 'a')}}).clean());
}

}  // namespace
}  // namespace pawl::domain
