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
constexpr const char* kProducts[] = {"tent",   "rain jacket",  "lamp",  "backpack",
                                     "kettle", "sleeping bag", "boots", "headlight"};

bool is_right(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
              const std::string& input) {
  const auto grade = try_request(behaviour, model, grading, input);
  return grade.failed.empty() && grade.violations.empty();
}

std::vector<std::string> sentences_by_product() {
  std::vector<std::string> out;
  for (const char* product : kProducts) {
    for (const char* remedy : kRemedies) {
      out.push_back(std::string(remedy) + " when a customer writes about the " + product + ".");
    }
  }
  return out;
}

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
    for (const std::string& input : failing) fixed += is_right(edited, model, grading, input) ? 1 : 0;
    if (fixed > best.fixed) best = {sentence, fixed};
  }
  return best;
}

int right_answers(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                  const std::vector<std::string>& cases) {
  int right = 0;
  for (const std::string& input : cases) right += is_right(behaviour, model, grading, input) ? 1 : 0;
  return right;
}

Edit edit_by_heart(const Behaviour& behaviour, const ChatModel& model, const scorer::Grading& grading,
                   const std::vector<std::string>& cases) {
  const int before = right_answers(behaviour, model, grading, cases);
  Edit best;
  for (const std::string& sentence : sentences_by_product()) {
    const int gain = right_answers(with_sentence(behaviour, sentence), model, grading, cases) - before;
    if (gain > best.fixed) best = {sentence, gain};
  }
  return best;
}

}  // namespace pawl::demo
