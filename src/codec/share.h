// Shares of traffic as text: "0.5%" is 50 basis points.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pawl::codec {

/// Basis points of "12%", "0.5%", "12.25%". Nothing for other text, for more than two decimals, or above 999.99%:
/// whether a share makes sense is the caller's question.
std::optional<int> parse_share(std::string_view text);
/// "10%", "0.5%", "12.25%".
std::string format_share(int basis_points);

}  // namespace pawl::codec
