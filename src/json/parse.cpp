#include "json/parse.h"

#include <string>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace pawl::json {
namespace {

/// Looks at a text without building it. The library would keep the last of two equal keys, silently:
/// two readers could then see two different objects.
class Inspector final : public nlohmann::json_sax<Json> {
 public:
  explicit Inspector(std::size_t depth_max) : depth_max_(depth_max) {}

  [[nodiscard]] const std::string& fault() const { return fault_; }

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return enter(); }
  bool start_array(std::size_t /*elements*/) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    return keys_.back().insert(name).second || refuse(fmt::format("the key \"{}\" appears twice in one object", name));
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    return refuse(fmt::format("not JSON at byte {}", position));
  }

 private:
  bool enter() {
    keys_.emplace_back();
    return keys_.size() <= depth_max_ || refuse(fmt::format("nested deeper than {} levels", depth_max_));
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }
  bool refuse(std::string why) {
    if (fault_.empty()) fault_ = std::move(why);
    return false;
  }

  std::size_t depth_max_;
  std::vector<std::unordered_set<std::string>> keys_;
  std::string fault_;
};

}  // namespace

Result<Json> parse_bounded(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(ErrorKind::Malformed,
                fmt::format("{} bytes of JSON are above the limit of {}", text.size(), limits.bytes));
  }
  Inspector inspector(limits.depth);
  if (!Json::sax_parse(text, &inspector)) return fail(ErrorKind::Malformed, inspector.fault());
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) return fail(ErrorKind::Malformed, "not JSON");
  return value;
}

}  // namespace pawl::json
