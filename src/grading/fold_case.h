// Upper and lower case as one, without a locale.
#pragma once

#include <string>
#include <string_view>

namespace pawl::grading {

/// Lower-case letters for ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic in UTF-8; other characters, and bytes
/// that are not UTF-8, stay as they are. One character stays one character: "ß" is not "ss".
std::string fold_case(std::string_view text);

/// The code points of a UTF-8 text; a byte that is not UTF-8 counts as one character of its own.
std::u32string code_points(std::string_view text);

}  // namespace pawl::grading
