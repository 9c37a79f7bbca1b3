#include "gate/ledger_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "codec/gate_codec.h"
#include "codec/suite_codec.h"
#include "domain/gate/coarse_verdict.h"
#include "json/cursor.h"
#include "json/parse.h"
#include "suite/case_codec.h"

namespace pawl::gate {
namespace {

using Json = nlohmann::json;
using domain::GateVerdict;

constexpr const char* kKind = "GateLedger";
constexpr json::Length kDigest{0, 4096};
constexpr std::size_t kEntriesMax = 1'000'000;

Json binding_json(const domain::GateBinding& binding) {
  return {{"candidate", binding.candidate},
          {"stable", binding.stable},
          {"suites", binding.suites},
          {"graders", binding.graders},
          {"policy", binding.policy}};
}

domain::GateBinding read_binding(const json::Cursor& at) {
  const auto digest = [&](std::string_view key) { return at.optional_string(key, kDigest).value_or(""); };
  return {digest("candidate"), digest("stable"), digest("suites"), digest("graders"), digest("policy")};
}

Json entry_json(const LedgerEntry& entry) {
  Json out = {{"number", entry.number},
              {"generation", entry.generation},
              {"bits", entry.bits},
              {"binding", binding_json(entry.binding)}};
  if (entry.verdict) out["gate"] = codec::render_revision_gate(*entry.verdict);
  return out;
}

LedgerEntry read_entry(const json::Cursor& at) {
  LedgerEntry out;
  out.number = static_cast<int>(at.required_integer("number", {1, 1'000'000'000}));
  out.generation = at.required_integer("generation", {.min = 1});
  out.bits = at.required_integer("bits", {.min = 0});
  out.binding = read_binding(at.required_object("binding"));
  out.verdict = codec::read_revision_gate(at);
  // The codec keeps the bounds of the CRD; a digest of another form is longer, and must not lose its verdict.
  if (out.verdict) out.verdict->binding = out.binding;
  return out;
}

tl::unexpected<Error> system_error(const std::string& path) {
  return fail(ErrorKind::Unavailable, path + ": " + std::strerror(errno));
}

}  // namespace

LedgerCharge charge_of(const RunOrder& order) {
  LedgerCharge out;
  out.held_out = std::find(order.tiers.begin(), order.tiers.end(), domain::Tier::HeldOut) != order.tiers.end();
  std::set<std::string> capabilities;
  for (std::size_t at = 0; at < order.cases.size(); ++at) {
    capabilities.insert(order.cases[at].capability);
    if (out.held_out && order.tiers[at] != domain::Tier::HeldOut) continue;
    out.digests.push_back(suite::content_digest(order.cases[at]));
  }
  out.capabilities = capabilities.size();
  return out;
}

Result<std::unique_ptr<LedgerFile>> LedgerFile::open(const std::string& path) {
  const std::string lock_path = path + ".lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return system_error(lock_path);
  std::unique_ptr<LedgerFile> out(new LedgerFile(lock, path));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorKind::Exists, path + ": another run has this ledger; wait for it, or name another file");
  }
  if (const auto loaded = out->load(); !loaded) return fail(loaded.error().during(path));
  return out;
}

LedgerFile::~LedgerFile() { ::close(lock_); }

Status LedgerFile::load() {
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) return {};
  std::ifstream file(path_, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) return fail(ErrorKind::Unavailable, "cannot be read");
  const auto parsed = json::parse_bounded(text, {.bytes = std::size_t{256} << 20, .depth = 64});
  if (!parsed) return fail(parsed.error());
  json::Reading reading;
  const json::Cursor at(*parsed, "", reading);
  if (at.optional_string("kind").value_or("") != kKind) {
    return fail(ErrorKind::Malformed, "is no ledger of the gate; name a file that `pawl gate run --ledger` wrote");
  }
  budget_ = codec::read_budget(at.object_or_empty("budget"));
  ledger_ = codec::read_ledger(at.required_object("ledger"));
  for (const json::Cursor& each : at.objects("candidates", kEntriesMax)) entries_.push_back(read_entry(each));
  if (!reading.ok()) return fail(ErrorKind::Malformed, json::describe(reading.faults()));
  return {};
}

Status LedgerFile::store() const {
  Json candidates = Json::array();
  for (const LedgerEntry& entry : entries_) candidates.push_back(entry_json(entry));
  const Json whole = {
      {"kind", kKind},
      {"version", 1},
      {"budget", {{"answers", budget_.answers}, {"promotions", budget_.promotions}, {"bits", budget_.bits}}},
      {"ledger", codec::render_ledger(ledger_)},
      {"candidates", candidates}};
  const std::string fresh = path_ + ".new";
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << whole.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    file.close();
    if (!file) return fail(ErrorKind::Unavailable, fresh + ": cannot be written");
  }
  std::error_code error;
  std::filesystem::rename(fresh, path_, error);
  if (error) return fail(ErrorKind::Unavailable, path_ + ": " + error.message());
  return {};
}

Status LedgerFile::turn_to(std::int64_t generation, const LedgerCharge& charge) {
  if (generation < ledger_.generation) {
    return fail(ErrorKind::Invalid, "the ledger is in generation " + std::to_string(ledger_.generation) +
                                        "; a generation never comes back");
  }
  if (generation == ledger_.generation) return {};
  auto next = domain::rotate(ledger_, generation, charge.digests);
  if (!next) return fail(next.error());
  ledger_ = std::move(*next);
  return {};
}

std::optional<LedgerEntry> LedgerFile::standing(const domain::GateBinding& binding, Instant now) const {
  for (const LedgerEntry& entry : entries_) {
    const bool answers = entry.verdict && entry.verdict->verdict != GateVerdict::Insufficient &&
                         domain::still_holds(*entry.verdict, binding, now);
    if (answers) return entry;
  }
  return std::nullopt;
}

LedgerEntry* LedgerFile::open_entry(const domain::GateBinding& binding) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const LedgerEntry& entry) {
    return !entry.verdict && entry.binding == binding && entry.generation == ledger_.generation;
  });
  return found == entries_.end() ? nullptr : &*found;
}

Result<int> LedgerFile::begin(const domain::GateBinding& binding, const LedgerCharge& charge) {
  if (const LedgerEntry* entry = open_entry(binding)) return entry->number;
  domain::Ledger after = domain::count_answer(ledger_);
  if (charge.held_out) {
    auto charged = domain::charge_answer(ledger_, budget_, charge.capabilities);
    if (!charged) return fail(charged.error());
    if (const auto pass = domain::charge_promotion(*charged, budget_); !pass) return fail(pass.error());
    after = std::move(*charged);
    if (after.cases.size == 0) after.cases = domain::sample_cases(charge.digests);
  }
  const std::int64_t bits = after.bits_spent - ledger_.bits_spent;
  ledger_ = std::move(after);
  entries_.push_back({binding, ledger_.generation, static_cast<int>(ledger_.answers), bits, {}});
  if (const auto stored = store(); !stored) return fail(stored.error());
  return entries_.back().number;
}

Status LedgerFile::decide(const domain::RevisionGate& verdict, const LedgerCharge& charge) {
  LedgerEntry* entry = open_entry(verdict.binding);
  if (entry == nullptr) return fail(ErrorKind::Invalid, "the ledger was not charged for this candidate");
  if (charge.held_out && verdict.verdict == GateVerdict::Pass) {
    auto charged = domain::charge_promotion(ledger_, budget_);
    if (!charged) return fail(charged.error());
    ledger_ = std::move(*charged);
  }
  entry->verdict = verdict;
  return store();
}

}  // namespace pawl::gate
