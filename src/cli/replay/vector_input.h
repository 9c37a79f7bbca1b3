// The input of one test vector, read field by field. The first thing that is absent or of a wrong type is kept as the
// fault; from then on the values read are of no use, and nobody uses them. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace pawl::cli {

using Numbers = std::vector<double>;

/// Keeps a reference to the object it reads.
class VectorInput {
 public:
  explicit VectorInput(const nlohmann::json& object) : object_(object) {}

  [[nodiscard]] bool given(const char* key) const;
  double number(const char* key);
  double number_or(const char* key, double otherwise);
  /// A whole number from 0 to a billion.
  double count(const char* key);
  Numbers numbers(const char* key);
  Numbers numbers_or(const char* key, Numbers otherwise);
  /// A list of lists of `width` numbers; nothing for a null among them.
  std::vector<std::optional<Numbers>> rows(const char* key, std::size_t width);
  /// The same where nothing may be missing.
  std::vector<Numbers> full_rows(const char* key, std::size_t width);
  /// Replaces `into` by the numbers of `key`, if given; there must be N.
  template <std::size_t N>
  void exactly(const char* key, std::array<double, N>& into) {
    if (!given(key)) return;
    const Numbers values = numbers_of_length(key, N);
    for (std::size_t i = 0; i < values.size(); ++i) into[i] = values[i];
  }
  void refuse(const char* key, const std::string& wanted);
  /// "input.KEY must be ..."; empty: none.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  Numbers read_numbers(const char* key, const nlohmann::json* value);
  /// Empty, and a fault, if there are more or fewer.
  Numbers numbers_of_length(const char* key, std::size_t length);

  const nlohmann::json& object_;
  std::string fault_;
};

}  // namespace pawl::cli
