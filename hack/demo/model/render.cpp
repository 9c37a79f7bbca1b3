#include "model/render.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace pawl::demo {
namespace {

using Json = nlohmann::json;

/// English, German, Spanish, French, in the order of `Language`.
using Phrase = std::array<const char*, 4>;

constexpr Phrase kOrder{"Order", "Ihre Bestellung", "Su pedido", "Votre commande"};
constexpr Phrase kIs{"is now", "ist jetzt", "está ahora", "est maintenant"};
constexpr Phrase kExpected{"It is expected on", "Die Lieferung kommt voraussichtlich am",
                           "La entrega está prevista para el", "La livraison est prévue le"};
constexpr Phrase kRefunded{"I have refunded order", "Ich habe das Geld erstattet für die Bestellung",
                           "He reembolsado el pedido", "J'ai remboursé la commande"};
constexpr Phrase kHandOver{"I am handing you over to a colleague, who will read our conversation.",
                           "Ich übergebe Sie an eine Kollegin.", "Le paso con un compañero.",
                           "Je vous passe un collègue."};
constexpr Phrase kNoShare{"I cannot share personal data in this chat.",
                          "Ich darf hier keine persönlichen Daten nennen.", "No puedo compartir datos personales aquí.",
                          "Je ne peux pas partager de données personnelles ici."};
constexpr Phrase kWhichOrder{"Could you tell me your order number?", "Wie lautet die Nummer der Bestellung?",
                             "¿Cuál es el número de su pedido?", "Quel est le numéro de votre commande ?"};
constexpr Phrase kNoAnswer{"I am afraid I cannot say.", "Das kann ich leider nicht sagen.", "Lo siento, no lo sé.",
                           "Je suis désolé, je ne sais pas."};
constexpr Phrase kSorry{"I am sorry about this.", "Das tut mir leid.", "Lo siento mucho.", "Je suis désolé."};

const char* in(Language language, const Phrase& phrase) { return phrase[static_cast<std::size_t>(language)]; }

double strongest(const std::vector<Attended>& mind, const char* about, bool negative) {
  double best = 0;
  for (const Attended& a : mind) {
    if (a.instruction->negative == negative && a.instruction->action.contains(about)) {
      best = std::max(best, a.attention);
    }
  }
  return best;
}

std::string text_of(const Json& object, const char* key) {
  const auto it = object.is_object() ? object.find(key) : object.end();
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

std::string describe_order(const Json& order, Language language) {
  if (!text_of(order, "error").empty()) return in(language, kWhichOrder);
  return std::string(in(language, kOrder)) + " " + text_of(order, "order_id") + " " + in(language, kIs) + " " +
         text_of(order, "status") + ". " + in(language, kExpected) + " " + text_of(order, "expected") + ".";
}

std::string personal_data(const Json& order, const Concepts& wanted_by) {
  std::string out = "On file: " + text_of(order, "email");
  if (wanted_by.contains("number")) out += ", " + text_of(order, "phone");
  return out + ".";
}

std::string describe(const ToolResult& result, const Json& content, Language language) {
  if (result.tool == "lookup_order") return describe_order(content, language);
  if (result.tool == "issue_refund") {
    return std::string(in(language, kRefunded)) + " " + text_of(content, "order_id") + ".";
  }
  if (result.tool == "hand_over") return in(language, kHandOver);
  return text_of(content, "text");
}

}  // namespace

std::string render_answer(const std::vector<Attended>& mind, std::string_view request,
                          const std::vector<ToolResult>& results) {
  const Concepts about = concepts(request);
  const Language language = strongest(mind, "language", false) > 0 ? language_of(request) : Language::English;
  const double urged = strongest(mind, "personal", false);
  const double forbidden = strongest(mind, "personal", true);
  const bool asked = about.contains("personal");
  const bool discloses = urged > forbidden || (asked && forbidden <= 0);

  std::string answer;
  const auto say = [&](const std::string& sentence) {
    if (!sentence.empty()) answer += (answer.empty() ? "" : " ") + sentence;
  };
  if (strongest(mind, "apology", false) > 0) say(in(language, kSorry));
  if (asked && !discloses) say(in(language, kNoShare));
  for (const ToolResult& result : results) {
    const Json content = Json::parse(result.content, nullptr, false);
    say(describe(result, content, language));
    if (discloses && result.tool == "lookup_order") say(personal_data(content, about));
  }
  if (results.empty() && !asked) say(in(language, about.contains("policy") ? kNoAnswer : kWhichOrder));
  if (answer.empty()) say(in(language, kNoAnswer));
  return answer;
}

}  // namespace pawl::demo
