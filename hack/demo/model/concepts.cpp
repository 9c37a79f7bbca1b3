#include "model/concepts.h"

#include <algorithm>
#include <map>

namespace pawl::demo {
namespace {

struct Entry {
  const char* concept_name;
  const char* forms;
};

constexpr Entry kLexicon[] = {
    {"order", "order orders purchase parcel package bestellung paket pedido paquete commande colis"},
    {"status", "where status track tracking delivery wo dónde donde où arrive arrives sent shipped progress"},
    {"refund",
     "refund refunds refunded money reimburse reimbursement erstattung rückerstattung reembolso remboursement"},
    {"faulty", "broken damaged defective faulty torn kaputt roto rota cassé cracked"},
    {"unhappy", "unhappy angry furious upset disappointed annoyed terrible unacceptable frustrated dissatisfied"},
    {"person", "person human manager supervisor representative someone mensch persona personne humain"},
    {"policy",
     "policy policies rule rules return returns warranty shipping exchange expire many much long cost costs days "
     "rückgabe rückgabefrist devolución devolver retour retourner garantie garantía versand"},
    {"personal", "email mail phone card personal account private"},
    {"notice", "notice notices notification notifications"},
    {"language", "language languages tongue"},
    {"number", "number numbers digits"},
    {"apology", "apologise apologize sorry apology"},
};

constexpr const char* kMeaningless =
    "a an and are as at be been by can could customer customers asks ask asked do does did for from get give had has have he her his i if in is it "
    "its just me my no not of on once one or our own please she so some than that the their them then there they this to too up us use "
    "very want wants was we were what when which who will with would you your about always never every all any each immediately share "
    "tell answer reply say writes write another such how after before under over into hello hi thanks thank regards dear also only but ist mein meine el la "
    "le les der die das est ma mon mi está wie como cómo quel quelle para pour für ich sie";

std::map<std::string, std::string> build_lexicon() {
  std::map<std::string, std::string> lexicon;
  for (const std::string& word : words(kMeaningless)) lexicon[word] = "";
  for (const Entry& entry : kLexicon) {
    for (const std::string& word : words(entry.forms)) lexicon[word] = entry.concept_name;
  }
  return lexicon;
}

bool is_number(const std::string& word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int count_of(const std::vector<std::string>& text, const char* markers) {
  const std::vector<std::string> list = words(markers);
  int found = 0;
  for (const std::string& word : text) {
    if (std::find(list.begin(), list.end(), word) != list.end()) ++found;
  }
  return found;
}

}  // namespace

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) out.push_back(word);
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c >= 'A' && c <= 'Z') {
      word += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (byte >= 0xC3 && byte != 0xE2)) {
      word += c;
    } else if (byte >= 0x80 && !word.empty() && static_cast<unsigned char>(word.back()) >= 0xC3) {
      word += c;  // the second byte of a two-byte letter
    } else if (c == '-' && word == "e") {
      continue;  // "e-mail" is one word
    } else {
      flush();
    }
  }
  flush();
  return out;
}

Concepts concepts(std::string_view text) {
  static const std::map<std::string, std::string> lexicon = build_lexicon();
  Concepts out;
  for (const std::string& word : words(text)) {
    if (is_number(word)) continue;
    const auto known = lexicon.find(word);
    const std::string& meaning = known == lexicon.end() ? word : known->second;
    if (!meaning.empty()) out.insert(meaning);
  }
  return out;
}

Language language_of(std::string_view text) {
  const std::vector<std::string> list = words(text);
  const std::pair<Language, int> scores[] = {
      {Language::English, 1 + count_of(list, "the is my i you where what how do have a for please and")},
      {Language::German, count_of(list, "ist mein meine ich wo die das der für bitte und wie lange habe bestellung")},
      {Language::Spanish, count_of(list, "está mi el la dónde por favor cómo tengo pedido para cuántos y de")},
      {Language::French, count_of(list, "est ma mon où le la commande s'il je pour combien ai et de")},
  };
  const auto* best = &scores[0];
  for (const auto& score : scores) {
    if (score.second > best->second) best = &score;
  }
  return best->first;
}

double coverage(const Concepts& part, const Concepts& whole) {
  if (part.empty()) return 0;
  const auto found = std::count_if(part.begin(), part.end(), [&](const std::string& c) { return whole.contains(c); });
  return static_cast<double>(found) / static_cast<double>(part.size());
}

}  // namespace pawl::demo
