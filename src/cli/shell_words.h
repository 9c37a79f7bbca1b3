// Words that can be pasted into a shell. Names come from objects that anybody may have made. Pure.
#pragma once

#include <string>
#include <string_view>

namespace pawl::cli {

/// The text as one word of a POSIX shell: as it is when harmless, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace pawl::cli
