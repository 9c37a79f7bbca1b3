// Fractions as strings: CRDs hold no floats, because their text form is not the same in every client.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pawl::json {

/// "0.05", ".5", "-1.25", "3": digits with at most one point. Nothing for exponents, blanks, "+1", "inf", "nan".
std::optional<double> parse_decimal(std::string_view text);
/// Rounded to six decimals, without trailing zeros: "0.25", "1". "0" for what is not finite.
/// Rounding keeps a status from changing with noise that means nothing.
std::string format_decimal(double value);

}  // namespace pawl::json
