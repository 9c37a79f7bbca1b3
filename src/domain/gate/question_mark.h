// A sign that only the scorer reads. A question of the gate looks like a customer's to the agent that answers it, so
// the agent reports it like a customer's: the scorer must tell the two apart, or held-out questions would be scored,
// kept among the failures and shown to whoever reads those. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pawl::domain {

/// Least bytes of a key that cannot be guessed.
inline constexpr std::size_t kMarkKeyMin = 16;

/// A conversation id in the form of a UUID of version 4: 60 bits of `nonce`, then 62 bits of HMAC-SHA256 (RFC 2104)
/// over them. Without the key it is a random UUID. `nonce` must be new for each question.
std::string marked_conversation(std::string_view key, std::uint64_t nonce);

/// Whether somebody who has the key made this id. A customer's passes by chance once in 2^62.
bool is_marked(std::string_view key, std::string_view conversation);

}  // namespace pawl::domain
