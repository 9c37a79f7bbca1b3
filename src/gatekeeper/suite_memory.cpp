#include "gatekeeper/suite_memory.h"

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "codec/suite_codec.h"
#include "json/lookup.h"
#include "json/parse.h"
#include "kube/base64.h"

namespace pawl::gatekeeper {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kNameDigits = 16;

/// Forgetting is a person's act: a memory that cannot be read is no empty one.
tl::unexpected<Error> spoilt(const kube::ObjectKey& at, const std::string& why) {
  return fail(ErrorKind::Malformed, "Secret " + at.display() + " should hold what the gate remembers of a suite, but " +
                                        why + "; restore it, or delete it if frozen cases and ledger may be forgotten");
}

}  // namespace

std::string suite_memory_name(const kube::ObjectKey& suite) {
  return "pawl-suite-" + sha256_hex("suite 1\n" + suite.ns + "\n" + suite.name + "\n").substr(0, kNameDigits);
}

Result<domain::SuiteRecord> SuiteMemory::recall(const kube::ObjectKey& suite) const {
  const kube::ObjectKey at{own_ns_, suite_memory_name(suite)};
  const auto secret = client_.get(kSecrets, at);
  if (!secret) {
    if (secret.error().kind == ErrorKind::NotFound) return domain::SuiteRecord{};
    return fail(secret.error().during("reading Secret " + at.display()));
  }
  const auto text = kube::base64_decode(json::text_at(*secret, {"data", kMemoryKey}));
  if (!text || text->empty()) return spoilt(at, "has no " + std::string(kMemoryKey));
  const auto parsed = json::parse_bounded(*text);
  if (!parsed) return spoilt(at, parsed.error().message);
  const auto record = codec::parse_suite_record(*parsed);
  if (!record) return spoilt(at, record.error().message);
  return *record;
}

Status SuiteMemory::keep(const kube::ObjectKey& suite, const domain::SuiteRecord& record) const {
  const std::string name = suite_memory_name(suite);
  const Json secret{{"apiVersion", "v1"},
                    {"kind", "Secret"},
                    {"metadata",
                     {{"name", name},
                      {"labels", {{kMemoryLabel, "v1"}}},
                      {"annotations", {{"pawl.dev/eval-suite", suite.display()}}}}},
                    {"stringData", {{kMemoryKey, codec::render_suite_record(record).dump()}}}};
  const auto changed =
      client_.patch(kSecrets, {own_ns_, name}, secret,
                    {.type = kube::PatchType::Merge, .subresource = "", .field_manager = "", .force = false});
  if (changed) return {};
  const std::string doing = "remembering EvalSuite " + suite.display() + " in Secret " + own_ns_ + "/" + name;
  if (changed.error().kind != ErrorKind::NotFound) return fail(changed.error().during(doing));
  const auto made = client_.create(kSecrets, own_ns_, secret);
  if (!made) return fail(made.error().during(doing));
  return {};
}

}  // namespace pawl::gatekeeper
