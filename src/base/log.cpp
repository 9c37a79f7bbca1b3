#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace pawl::log {
namespace {

Format g_format = Format::Text;  // written once by configure(), before threads start

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warn:
      return spdlog::level::warn;
    case Level::Error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"\\=\n\t") != std::string_view::npos;
}

std::string text_line(std::string_view message, std::initializer_list<Field> fields) {
  std::string line(message);
  for (const auto& [key, value] : fields) {
    line += ' ';
    line += key;
    line += '=';
    if (needs_quotes(value)) {
      append_quoted(line, value);
    } else {
      line += value;
    }
  }
  return line;
}

std::string json_fields(std::string_view message, std::initializer_list<Field> fields) {
  std::string line = "\"message\":";
  append_quoted(line, message);
  for (const auto& [key, value] : fields) {
    line += ',';
    append_quoted(line, key);
    line += ':';
    append_quoted(line, value);
  }
  return line;
}

}  // namespace

void configure(std::string_view program, Level lowest, Format format) {
  g_format = format;
  auto logger = spdlog::stderr_color_mt(std::string(program));
  logger->set_pattern(format == Format::Json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","program":"%n","level":"%l",%v})"
                                             : "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %n: %v",
                      spdlog::pattern_time_type::utc);
  logger->set_level(spdlog_level(lowest));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  const auto wanted = spdlog_level(level);
  if (!spdlog::should_log(wanted)) return;
  spdlog::log(wanted, "{}", g_format == Format::Json ? json_fields(message, fields) : text_line(message, fields));
}

}  // namespace pawl::log
