#include "cli/text.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "json/clip.h"

namespace pawl::cli {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t end_of_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && !starts_character(text[at])) ++at;
  return at;
}

/// C0 and C1 controls, and the marks with which a text could be shown in another order than it is written.
bool acts_on_terminals(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (first < 0x20 || first == 0x7f) return true;
  if (character.size() == 2) return first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMarks{
      {{"\xE2\x80\x8B", "\xE2\x80\x8F"}, {"\xE2\x80\xA8", "\xE2\x80\xAE"}, {"\xE2\x81\xA0", "\xE2\x81\xAF"}}};
  for (const auto& [low, high] : kMarks) {
    if (character >= low && character <= high) return true;
  }
  return false;
}

std::string first_columns(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  for (std::size_t taken = 0; taken < columns && at < text.size(); ++taken) at = end_of_character(text, at);
  return std::string(text.substr(0, at));
}

std::string fitting(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  return width <= 2 ? first_columns(text, width) : first_columns(text, width - 2) + "..";
}

/// Lines of at most `width` columns; a word longer than that is broken.
std::vector<std::string> broken(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    std::string_view word = text.substr(0, space);
    text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    while (!word.empty()) {
      const std::size_t used = width_of(lines.back());
      const std::size_t gap = used == 0 ? 0 : 1;
      if (used + gap + width_of(word) <= width) {
        lines.back().append(gap, ' ').append(word);
        break;
      }
      if (used != 0) {
        lines.emplace_back();
        continue;
      }
      const std::string piece = first_columns(word, width);
      lines.back() = piece;
      word.remove_prefix(piece.size());
    }
  }
  return lines;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string sound = json::clip(text, text.size());
  std::string out;
  for (std::size_t at = 0; at < sound.size();) {
    const std::size_t end = end_of_character(sound, at);
    const std::string_view character = std::string_view(sound).substr(at, end - at);
    out += acts_on_terminals(character) ? std::string_view("?") : character;
    at = end;
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) columns += starts_character(c) ? 1U : 0U;
  return columns;
}

std::string left(std::string_view text, std::size_t width) {
  std::string out = fitting(text, width);
  return out.append(width - width_of(out), ' ');
}

std::string right(std::string_view text, std::size_t width) {
  const std::string out = fitting(text, width);
  return std::string(width - width_of(out), ' ') + out;
}

std::string labelled(std::string_view label, std::string_view text, std::size_t lines, std::size_t indent) {
  const std::size_t width = kScreenWidth - indent;
  std::vector<std::string> parts = broken(printable(text), width);
  if (parts.size() > lines) {
    parts.resize(lines);
    parts.back() = first_columns(parts.back(), width - 3) + "...";
  }
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) out += left(i == 0 ? label : "", indent) + parts[i] + "\n";
  return out;
}

std::string moment(Instant at, Instant now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const std::string text = format_rfc3339(seconds);
  const bool today = std::chrono::floor<std::chrono::days>(at) == std::chrono::floor<std::chrono::days>(now);
  return today ? text.substr(text.find('T') + 1) : text;
}

std::string age(Duration span) {
  const std::int64_t s = std::chrono::floor<std::chrono::seconds>(std::max(span, Duration{0})).count();
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return s % 60 == 0 ? fmt::format("{}m", s / 60) : fmt::format("{}m{}s", s / 60, s % 60);
  if (s < 86'400) return s % 3600 < 60 ? fmt::format("{}h", s / 3600) : fmt::format("{}h{}m", s / 3600, s % 3600 / 60);
  return fmt::format("{}d", s / 86'400);
}

std::string moment_and_age(Instant at, Instant now) {
  return at <= now ? fmt::format("{} ({} ago)", moment(at, now), age(now - at))
                   : fmt::format("{} (in {})", moment(at, now), age(at - now));
}

std::string short_hash(const std::string& hash) { return hash.substr(0, 12); }

}  // namespace pawl::cli
