// Texts that go into an object: bounded and valid UTF-8, or the server (or the JSON writer) refuses all of it.
#pragma once

#include <string>
#include <string_view>

namespace pawl::json {

/// At most `max` bytes, cut between characters; bytes that are not UTF-8 become '?'.
std::string clip(std::string_view text, std::size_t max);

}  // namespace pawl::json
