// Finds payment card numbers in text: 13 to 19 digits, spaces or dashes between, with a valid check digit.
#pragma once

#include <string_view>

namespace pawl::scorer {

bool contains_card_number(std::string_view text);

}  // namespace pawl::scorer
