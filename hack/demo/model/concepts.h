// The small model's whole vocabulary: words become concepts, so that "Bestellung", "parcel" and "order" meet.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pawl::demo {

using Concepts = std::set<std::string>;

/// Lower-case words and numbers; bytes above 127 count as letters, so UTF-8 words stay whole.
std::vector<std::string> words(std::string_view text);

/// What the text is about. Words without meaning are dropped; unknown words stand for themselves.
Concepts concepts(std::string_view text);

enum class Language { English, German, Spanish, French };
/// By its small words; English when nothing else is clear.
Language language_of(std::string_view text);

/// How much of `part` lies in `whole`, from 0 to 1.
double coverage(const Concepts& part, const Concepts& whole);

}  // namespace pawl::demo
