#include "scorer/sender_identity.h"

#include <yaml-cpp/yaml.h>

#include <optional>

#include "base/sha256.h"

namespace pawl::scorer {

CachedIdentity::CachedIdentity(std::shared_ptr<SenderIdentity> inner, const Clock& clock, std::size_t most,
                               Duration keep)
    : inner_(std::move(inner)), clock_(clock), most_(most), keep_(keep) {}

Result<Sender> CachedIdentity::identify(const std::string& token) {
  const std::string key = sha256_hex(token);
  const BootTime now = clock_.boot();
  const auto known = state_.with([&](State& state) -> std::optional<Sender> {
    const auto it = state.known.find(key);
    if (it == state.known.end() || it->second.until < now) return std::nullopt;
    return it->second.sender;
  });
  if (known) return *known;
  auto sender = inner_->identify(token);
  if (!sender) return sender;
  state_.with([&](State& state) {
    if (!state.known.contains(key)) state.oldest_first.push_back(key);
    state.known[key] = {*sender, now + keep_};
    while (state.known.size() > most_) {
      state.known.erase(state.oldest_first.front());
      state.oldest_first.pop_front();
    }
  });
  return sender;
}

Result<std::shared_ptr<StaticIdentity>> StaticIdentity::from_yaml(const std::string& text) {
  std::map<std::string, Holder> holders;
  try {
    for (const auto& entry : YAML::Load(text)) {
      const YAML::Node& holder = entry.second;
      const auto word = [&](const char* key) { return holder[key] ? holder[key].as<std::string>() : std::string(); };
      holders[entry.first.as<std::string>()] = {{word("pod"), word("agent"), word("revision")}, word("account")};
    }
  } catch (const YAML::Exception& e) {
    return fail(ErrorKind::Malformed, std::string("static identities: ") + e.what());
  }
  return std::shared_ptr<StaticIdentity>(new StaticIdentity(std::move(holders)));
}

Result<Sender> StaticIdentity::identify(const std::string& token) {
  const auto it = holders_.find(token);
  if (it == holders_.end()) return fail(ErrorKind::Denied, "unknown token");
  return it->second.sender;
}

Result<std::string> StaticIdentity::account(const std::string& token) {
  const auto it = holders_.find(token);
  if (it == holders_.end()) return fail(ErrorKind::Denied, "unknown token");
  if (it->second.account.empty()) return fail(ErrorKind::Denied, "the static identities name no account of this token");
  return it->second.account;
}

}  // namespace pawl::scorer
