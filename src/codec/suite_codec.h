// EvalSuite.spec -> domain::SuiteSpec, and EvalSuite.status both ways.
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "domain/gate/suite.h"
#include "domain/gate/suite_record.h"
#include "json/cursor.h"

namespace pawl::codec {

using json::Json;

/// The spec, or Invalid with every fault in one message. Fields we do not know are left alone.
Result<domain::SuiteSpec> parse_suite_spec(const Json& spec);
/// The same at a cursor; the faults are in its Reading.
domain::SuiteSpec read_suite_spec(const json::Cursor& spec);

/// What is unsound in a stored status is left out and, if asked for, reported.
domain::SuiteStatus parse_suite_status(const Json& status, std::vector<json::Fault>* faults = nullptr);
Json render_suite_status(const domain::SuiteStatus& status);

/// What is remembered of a suite, both ways. Nothing may be left out of it: Malformed, with every fault.
Result<domain::SuiteRecord> parse_suite_record(const Json& record);
Json render_suite_record(const domain::SuiteRecord& record);

/// The budget and the ledger of a held-out set at a cursor; the faults are in its Reading.
domain::LeakBudget read_budget(const json::Cursor& at);
domain::Ledger read_ledger(const json::Cursor& at);
Json render_ledger(const domain::Ledger& ledger);

}  // namespace pawl::codec
