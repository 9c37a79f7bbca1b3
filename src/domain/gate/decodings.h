// Texts hidden in a text: what base64, rot13 and the escapes of JSON strings make of it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pawl::domain {

/// Letters turned by thirteen; everything else as it is.
std::string rot13(std::string_view text);

/// The text with \n, \t, \", \\, \/ and \uXXXX resolved as in a JSON string; nothing if no escape occurs.
std::string unescape(std::string_view text);

/// The readable texts inside base64 (standard or URL-safe alphabet, padded or not, broken into lines or not), joined by
/// line breaks. Runs shorter than 24 characters, and runs whose bytes are no text, are left out.
std::string decode_base64_runs(std::string_view text);

/// The text without invisible characters, followed by what one and two decodings make of it. Each at most as long as
/// the text; empty ones are left out.
std::vector<std::string> readings_of(std::string_view text);

}  // namespace pawl::domain
