// Texts for the tests of suites: sentences a support desk might hear, made from a seed.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "domain/gate/case.h"

namespace pawl::domain {

inline std::string pick(Random& random, const std::vector<std::string>& from) {
  return from[random.below(from.size())];
}

/// Words without a meaning: "dorimanukelaso". Long enough that two are seldom the same.
inline std::string made_up_word(Random& random) {
  static const std::vector<std::string> parts = {"do",  "ri",  "ma",  "nu",  "ke",  "la",  "so",  "ti",  "ve",  "pan",
                                                 "ter", "gol", "bis", "cha", "fen", "qui", "zor", "mil", "hap", "der"};
  std::string word;
  for (std::size_t n = 6 + random.below(2); n > 0; --n) word += pick(random, parts);
  return word;
}

inline std::string made_up_sentence(Random& random, std::size_t words) {
  std::string text;
  for (std::size_t i = 0; i < words; ++i) text += (i == 0 ? "" : " ") + made_up_word(random);
  return text + ".";
}

/// A question a customer might ask. Between its common phrases stand names and numbers of its own, as in real ones.
inline std::string question(Random& random) {
  static const std::vector<std::string> openings = {"I ordered", "Last week I bought", "My sister sent me",
                                                    "We received", "The courier left me"};
  static const std::vector<std::string> things = {"a kettle",      "two lamps",       "a garden chair",
                                                  "running shoes", "a tent for four", "a used camera",
                                                  "three books",   "a coffee grinder"};
  static const std::vector<std::string> troubles = {
      "and the lid does not close",  "but one of them is dented", "and nobody answers the phone",
      "although I had cancelled it", "but the colour is wrong",   "and the invoice names another person"};
  static const std::vector<std::string> wishes = {"can I have the money back", "where do I send it",
                                                  "who pays for the parcel", "how long will a new one take",
                                                  "do I get a voucher instead"};
  const auto number = [&] { return std::to_string(1'000'000 + random.below(9'000'000)); };
  std::string text = pick(random, openings) + " at " + made_up_word(random) + " ";
  text += pick(random, things) + ", number " + number() + ", " + pick(random, troubles);
  text += ", in " + made_up_word(random) + ", " + pick(random, wishes) + "? ";
  return text + number() + ", " + made_up_sentence(random, 6);
}

inline Case a_case(std::string id, std::string capability, std::string prompt, std::string answer = "yes") {
  Case one;
  one.id = std::move(id);
  one.capability = std::move(capability);
  one.input = {{Role::User, std::move(prompt)}};
  Expectation expectation;
  expectation.grader = "exact";
  expectation.parameters = R"({"values":[")" + answer + R"("]})";
  one.expect = {expectation};
  return one;
}

}  // namespace pawl::domain
