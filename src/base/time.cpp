#include "base/time.h"

#include <array>
#include <cctype>
#include <cstdint>

#include <fmt/format.h>

namespace pawl {
namespace {

constexpr Duration kDurationMax = std::chrono::hours{24 * 3650};

struct CivilTime {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<Duration> time;
};

CivilTime civil(Instant t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  return {std::chrono::year_month_day{day}, std::chrono::hh_mm_ss<Duration>{t - day}};
}

std::string format_seconds(const CivilTime& c) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(c.date.year()),
                     static_cast<unsigned>(c.date.month()), static_cast<unsigned>(c.date.day()), c.time.hours().count(),
                     c.time.minutes().count(), c.time.seconds().count());
}

/// Takes exactly `digits` decimal digits off the front; -1 if they are not there.
int take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text[i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

/// ".25" -> 250 ms; digits past the third are dropped.
int take_fraction_ms(std::string_view& text) {
  if (!take_char(text, '.')) return 0;
  int ms = 0;
  int scale = 100;
  bool any = false;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    ms += (text.front() - '0') * scale;
    scale /= 10;
    any = true;
    text.remove_prefix(1);
  }
  return any ? ms : -1;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take_char(text, 'Z')) return std::chrono::minutes{0};
  const int sign = take_char(text, '+') ? 1 : take_char(text, '-') ? -1 : 0;
  if (sign == 0) return std::nullopt;
  const int hours = take_digits(text, 2);
  if (hours < 0 || hours > 23 || !take_char(text, ':')) return std::nullopt;
  const int minutes = take_digits(text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  return std::chrono::minutes{sign * (hours * 60 + minutes)};
}

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 4> kUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};

/// One "1.5h" piece off the front, in milliseconds; -1 if malformed.
double take_duration_piece(std::string_view& text) {
  double number = 0;
  double scale = 0;
  bool any = false;
  while (!text.empty() && (std::isdigit(static_cast<unsigned char>(text.front())) != 0 || text.front() == '.')) {
    if (text.front() == '.') {
      if (scale > 0) return -1;
      scale = 1;
    } else {
      any = true;
      number = number * 10 + (text.front() - '0');
      scale *= 10;
    }
    text.remove_prefix(1);
  }
  if (!any) return -1;
  if (scale > 1) number /= scale;
  for (const Unit& unit : kUnits) {
    const bool longer_unit_follows = unit.name == "m" && text.size() > 1 && text[1] == 's';
    if (text.starts_with(unit.name) && !longer_unit_follows) {
      text.remove_prefix(unit.name.size());
      return number * static_cast<double>(unit.ms);
    }
  }
  return -1;
}

}  // namespace

std::string format_rfc3339(Instant t) {
  const CivilTime c = civil(t);
  const auto ms = c.time.subseconds().count();
  return ms == 0 ? format_seconds(c) + "Z" : format_seconds(c) + fmt::format(".{:03}Z", ms);
}

std::string format_micro_time(Instant t) {
  const CivilTime c = civil(t);
  return format_seconds(c) + fmt::format(".{:03}000Z", c.time.subseconds().count());
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  const int year = take_digits(text, 4);
  if (year < 0 || !take_char(text, '-')) return std::nullopt;
  const int month = take_digits(text, 2);
  if (month < 0 || !take_char(text, '-')) return std::nullopt;
  const int day = take_digits(text, 2);
  if (day < 0 || !(take_char(text, 'T') || take_char(text, 't') || take_char(text, ' '))) return std::nullopt;
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take_char(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take_char(text, ':')) return std::nullopt;
  const int second = take_digits(text, 2);
  const int ms = take_fraction_ms(text);
  const auto offset = take_offset(text);
  if (second < 0 || second > 60 || ms < 0 || !offset || !text.empty()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return Instant{std::chrono::sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + Duration{ms} - *offset;
}

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration{0};
  if (text.empty()) return std::nullopt;
  double total_ms = 0;
  while (!text.empty()) {
    const double piece = take_duration_piece(text);
    if (piece < 0) return std::nullopt;
    total_ms += piece;
    if (total_ms > static_cast<double>(kDurationMax.count())) return std::nullopt;
  }
  return Duration{static_cast<std::int64_t>(total_ms + 0.5)};
}

std::string format_duration(Duration d) {
  if (d.count() == 0) return "0s";
  std::int64_t rest = d.count();
  std::string out = rest < 0 ? "-" : "";
  if (rest < 0) rest = -rest;
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    if (rest >= unit->ms) {
      out += fmt::format("{}{}", rest / unit->ms, unit->name);
      rest %= unit->ms;
    }
  }
  return out;
}

}  // namespace pawl
