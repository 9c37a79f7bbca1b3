// One form of a text for comparing: what a person reads as the same text becomes the same bytes. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pawl::domain {

/// Lower case, marks and invisible characters removed (zero-width, soft hyphen, direction marks, tags), full-width
/// letters and look-alikes of Cyrillic and Greek as Latin ones, everything that is neither letter nor digit a blank,
/// one blank between words and none at the ends. Each character of scripts without blanks (Han, kana) is a word.
std::string fold_text(std::string_view text);

/// A folded text without its blanks: what remains if somebody writes l i k e this, or like_this.
std::string squeeze(std::string_view folded);

/// The text without invisible characters, all else untouched.
std::string without_invisible(std::string_view text);

/// A hash of each word of a folded text, in order.
std::vector<std::uint64_t> word_hashes(std::string_view folded);

}  // namespace pawl::domain
