// Decision records as they are found on the API server.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/provenance/record.h"

namespace pawl::cli {

/// One ConfigMap that says it is a record. Nothing in it is trusted: the hash of `text` is what counts.
struct FoundRecord {
  std::string config_map;
  std::int64_t label = 0;      ///< the number it is stored under; 0 when the label is none
  std::string text;            ///< data["record.json"]
  std::string claimed_sha256;  ///< data["sha256"]
};

FoundRecord found_record(const nlohmann::json& config_map);

/// The record that a text says; Malformed for a text that is none.
Result<domain::Record> read_record(const std::string& text);

}  // namespace pawl::cli
