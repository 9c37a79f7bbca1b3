#include "suite/waivers.h"

#include <nlohmann/json.hpp>

#include "suite/canonical.h"
#include "suite/import_parts.h"

namespace pawl::suite {

using json::Cursor;

WaiverFile read_waivers(std::string_view text) {
  WaiverFile file;
  Gathering into({});
  for (const JsonLine& line : json_lines(text, into)) {
    json::Reading reading;
    const Cursor at(line.value, "", reading);
    at.refuse_others({"case", "owner", "reason", "date"});
    Waiver waiver{at.required_string("case", {1, 253}), at.required_string("owner", {1, 253}),
                  at.required_string("reason", {1, 4096}), at.required_time("date")};
    for (const json::Fault& fault : reading.faults()) file.faults.push_back({line.number, fault.path, fault.message});
    if (reading.ok()) file.waivers.push_back(std::move(waiver));
  }
  const Imported rest = into.finish();
  file.faults.insert(file.faults.end(), rest.faults.begin(), rest.faults.end());
  return file;
}

std::string write_waiver(const Waiver& waiver) {
  return canonical_json({{"case", waiver.case_id},
                         {"owner", waiver.owner},
                         {"reason", waiver.reason},
                         {"date", format_rfc3339(waiver.date)}});
}

}  // namespace pawl::suite
