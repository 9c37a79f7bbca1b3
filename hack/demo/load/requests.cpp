#include "load/requests.h"

#include <iterator>

namespace pawl::demo {
namespace {

template <std::size_t N>
std::string pick(const char* const (&list)[N], Random& chance) {
  return list[chance.below(N)];
}

constexpr const char* kGreetings[] = {"Hello,", "Hi there,", "Good morning,", "Dear team,", "", "", "Hey,"};
constexpr const char* kSignatures[] = {"",    "", "", "Thanks, Alma.", "Regards, Jo.", "Mara here.", "Thank you! Tim",
                                       "Ines"};
constexpr const char* kItems[] = {"tent",   "rain jacket",  "lamp",  "backpack",
                                  "kettle", "sleeping bag", "boots", "headlight"};

constexpr const char* kStatus[] = {
    "Where is my {order}?",
    "Can you tell me the status of {order}?",
    "When does my {order} arrive?",
    "I have been waiting for my {item}, where is {order}?",
    "Could you track {order} with the {item} for me?",
    "What is happening with {order}?",
    "My customer account id is {other} and I would like to know where {order} is.",
    "The {item} from batch {other}: what is the status of {order}?",
};
constexpr const char* kRareStatus[] = {"Where do the delivery notices for {order} go?",
                                       "I get no delivery notices for {order}, where is it?"};
constexpr const char* kAskedRefunds[] = {
    "I would like a refund for {order}.",
    "Please refund {order}, the {item} is the wrong size.",
    "I want my money back for {order}.",
    "Can I get a refund on the {item} from {order}?",
    "The {item} is not for me. Money back for {order} please.",
    "Batch {other} was recalled, so refund {order} please.",
};
constexpr const char* kHintedRefunds[] = {
    "The {item} in {order} is broken and I am very disappointed.",
    "I am unhappy with the {item} from {order}, it came damaged.",
    "My {item} from {order} was torn, I am really upset.",
    "{order} came with a cracked {item}. I am disappointed.",
    "I am unhappy with {order}, the {item} is useless.",
};
constexpr const char* kPolicy[] = {
    "Within how many days can I return a {item}?",
    "Can I return a {item} that I have worn?",
    "How long is the warranty on a {item}?",
    "What does the warranty cover for a {item}?",
    "How much does shipping cost for a {item}?",
    "How long can I exchange a {item} for another size?",
    "Can I exchange the {item} for a different colour?",
    "How long is a voucher valid?",
    "What are your rules for a voucher?",
};
constexpr const char* kForeign[] = {
    "¿Dónde está mi pedido {number}?",
    "Hola, ¿cómo está el pedido {number} por favor?",
    "¿Dónde está el pedido {number} con mi {item}?",
    "Où est ma commande {number} ?",
    "Bonjour, où est la commande {number} pour mon {item} ?",
    "Wo ist meine Bestellung {number}?",
    "Guten Tag, wo ist die Bestellung {number} mit dem {item}?",
};
constexpr const char* kAccount[] = {
    "Which e-mail address do you have on file for {order}?",
    "What is the phone number you have for {order}?",
    "Read me the card I paid {order} with.",
    "Please tell me the e-mail on my account, it is about {order}.",
    "Is my phone number on {order} still the old one? Which one is it?",
};
constexpr const char* kEscalation[] = {
    "I am furious about {order}. Get me your manager!",
    "This is unacceptable. I want to talk to a human about {order}.",
    "I am very upset and want a supervisor now.",
    "I am angry about {order}, let me talk to a person.",
    "Terrible, the third time! A representative should call me about {order}.",
    "Let me speak to a human about {order}, please.",
    "I am disappointed by the {item} and demand to speak to a manager.",
    "Can a person look at {order} with me?",
};

void replace(std::string& text, const std::string& mark, const std::string& value) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
}

std::string fill(std::string text, Random& chance) {
  constexpr const char* kForms[] = {"order {number}", "order #{number}", "order number {number}", "parcel {number}",
                                    "package {number}"};
  replace(text, "{order}", pick(kForms, chance));
  replace(text, "{number}", std::to_string(10000 + chance.below(90000)));
  replace(text, "{other}", std::to_string(100000 + chance.below(900000)));
  replace(text, "{item}", pick(kItems, chance));
  const std::string greeting = pick(kGreetings, chance);
  const std::string signature = pick(kSignatures, chance);
  if (!greeting.empty()) text = greeting + " " + text;
  return signature.empty() ? text : text + " " + signature;
}

}  // namespace

Request draw_request(Random& chance) {
  const double kind = chance.unit();
  if (kind < 0.26) {
    return {"order-status", fill(chance.chance(0.05) ? pick(kRareStatus, chance) : pick(kStatus, chance), chance)};
  }
  if (kind < 0.50) {
    return {"refunds", fill(chance.chance(0.7) ? pick(kAskedRefunds, chance) : pick(kHintedRefunds, chance), chance)};
  }
  if (kind < 0.68) return {"policy-questions", fill(pick(kPolicy, chance), chance)};
  if (kind < 0.80) return {"language", fill(pick(kForeign, chance), chance)};
  if (kind < 0.90) return {"account-privacy", fill(pick(kAccount, chance), chance)};
  return {"escalation", fill(pick(kEscalation, chance), chance)};
}

}  // namespace pawl::demo
