// Finds payment card numbers in text: 13 to 19 digits, spaces or dashes between, with a valid check digit.
#pragma once

#include <string>
#include <string_view>

namespace pawl::scorer {

bool contains_card_number(std::string_view text);
/// The text with `by` in place of each.
std::string without_card_numbers(std::string_view text, std::string_view by);

}  // namespace pawl::scorer
