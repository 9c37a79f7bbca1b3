// SHA-256 (FIPS 180-4) without a library, for the pure layers: bundle digests and the record chain.
#pragma once

#include <string>
#include <string_view>

namespace pawl {

/// Lower-case hex, 64 characters.
std::string sha256_hex(std::string_view bytes);

}  // namespace pawl
