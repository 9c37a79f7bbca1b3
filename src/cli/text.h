// Texts of a screen: safe to print, and laid out in columns. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace pawl::cli {

/// No screen is wider.
inline constexpr std::size_t kScreenWidth = 100;

/// One line that a terminal shows and does nothing else with: names, rationales and messages come from agents, so
/// control characters, line breaks and marks that turn the writing direction become '?'.
std::string printable(std::string_view text);

/// How many columns a UTF-8 text takes, one per character.
std::size_t width_of(std::string_view text);
/// Exactly `width` columns: filled with blanks, or cut with "..".
std::string left(std::string_view text, std::size_t width);
std::string right(std::string_view text, std::size_t width);

/// "Why     text that goes on\n        here\n": a label of `indent` columns, the text broken between words and cut
/// with "..." after `lines` lines.
std::string labelled(std::string_view label, std::string_view text, std::size_t lines, std::size_t indent = 8);

/// "11:22:33Z" on the day of `now`, else with the date.
std::string moment(Instant at, Instant now);
/// "41s", "3m20s", "5h12m", "12d": two units at most.
std::string age(Duration span);
/// "11:22:33Z (41s ago)" or "11:22:38Z (in 5s)".
std::string moment_and_age(Instant at, Instant now);

/// The first 12 characters of a hash.
std::string short_hash(const std::string& hash);

}  // namespace pawl::cli
