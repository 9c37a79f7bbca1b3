// Structured logging: one line is a message and key=value fields, on standard error.
// Thread-safe. Only this header's user-facing functions are used outside base; spdlog stays in log.cpp.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace pawl::log {

enum class Level { Debug, Info, Warn, Error };
enum class Format { Text, Json };

/// Sets the program's name (a field of every line), the lowest level shown, and the format. Call once at start.
void configure(std::string_view program, Level lowest, Format format);

using Field = std::pair<std::string_view, std::string>;

void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});
inline void debug(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::Debug, m, f); }
inline void info(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::Info, m, f); }
inline void warn(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::Warn, m, f); }
inline void error(std::string_view m, std::initializer_list<Field> f = {}) { write(Level::Error, m, f); }

}  // namespace pawl::log
