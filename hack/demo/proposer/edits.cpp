#include "proposer/edits.h"

#include "measure.h"

namespace pawl::demo {
namespace {

constexpr const char* kSituations[] = {
    "when the customer writes in another language",
    "when a customer asks about a policy",
    "when a customer asks where an order is",
    "when a customer asks for a refund",
    "when a customer asks for a person",
    "when a customer is unhappy",
};
constexpr const char* kRemedies[] = {
    "Search the policy",
    "Look up the order",
    "Always issue the refund at once",
    "Hand over to a person",
    "Answer in the language of the customer",
};

}  // namespace

std::vector<std::string> imagined_sentences() {
  std::vector<std::string> out;
  for (const char* remedy : kRemedies) {
    for (const char* situation : kSituations) out.push_back(std::string(remedy) + " " + situation + ".");
  }
  out.emplace_back("The order number is the number that comes after the order.");
  return out;
}

Behaviour with_sentence(Behaviour behaviour, const std::string& sentence) {
  if (!behaviour.prompt.empty() && behaviour.prompt.back() != '\n') behaviour.prompt += '\n';
  behaviour.prompt += sentence + "\n";
  return behaviour;
}

Edit greedy_edit(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                 const std::vector<std::string>& failing) {
  Edit best;
  for (const std::string& sentence : imagined_sentences()) {
    if (behaviour.prompt.find(sentence) != std::string::npos) continue;
    const Behaviour edited = with_sentence(behaviour, sentence);
    int fixed = 0;
    for (const std::string& input : failing) {
      const auto grade = try_request(edited, model, grading, input);
      if (grade.failed.empty() && grade.violations.empty()) ++fixed;
    }
    if (fixed > best.fixed) best = {sentence, fixed};
  }
  return best;
}

}  // namespace pawl::demo
