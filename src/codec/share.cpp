#include "codec/share.h"

#include <fmt/format.h>

namespace pawl::codec {
namespace {

/// Takes one to `max` digits off the front; -1 if the first is none.
int take_number(std::string_view& text, std::size_t max) {
  int value = 0;
  std::size_t taken = 0;
  while (taken < max && taken < text.size() && text[taken] >= '0' && text[taken] <= '9') {
    value = value * 10 + (text[taken] - '0');
    ++taken;
  }
  text.remove_prefix(taken);
  return taken == 0 ? -1 : value;
}

}  // namespace

std::optional<int> parse_share(std::string_view text) {
  const int whole = take_number(text, 3);
  if (whole < 0) return std::nullopt;
  int hundredths = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t before = text.size();
    hundredths = take_number(text, 2);
    if (hundredths < 0) return std::nullopt;
    if (before - text.size() == 1) hundredths *= 10;
  }
  if (text != "%") return std::nullopt;
  return whole * 100 + hundredths;
}

std::string format_share(int basis_points) {
  const int whole = basis_points / 100;
  const int rest = basis_points % 100;
  if (rest == 0) return fmt::format("{}%", whole);
  return rest % 10 == 0 ? fmt::format("{}.{}%", whole, rest / 10) : fmt::format("{}.{:02}%", whole, rest);
}

}  // namespace pawl::codec
