// Frozen cases are permanent; one is set aside only by a record with an owner. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "suite/case_codec.h"

namespace pawl::suite {

struct Waiver {
  std::string case_id;
  std::string owner;
  std::string reason;
  Instant date{};
  bool operator==(const Waiver&) const = default;
};
struct WaiverFile {
  std::vector<Waiver> waivers;
  std::vector<LineFault> faults;
};
/// One waiver a line: {"case", "owner", "reason", "date"}, all required.
WaiverFile read_waivers(std::string_view text);
std::string write_waiver(const Waiver& waiver);

}  // namespace pawl::suite
