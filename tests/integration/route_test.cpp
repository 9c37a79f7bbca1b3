// Weights on a route that belongs to somebody else: pawl moves two numbers and nothing besides.
#include <gmock/gmock.h>

#include "adapters/manifests.h"
#include "adapters/objects.h"
#include "base/random.h"
#include "integration/real_cluster.h"

namespace pawl::integration {
namespace {

namespace res = kube::resources;

domain::RolloutSpec adopting() {
  domain::RolloutSpec spec;
  spec.agent = "bot";
  spec.traffic.mode = domain::TrafficMode::Adopt;
  spec.traffic.route_name = "shop";
  spec.traffic.rule = "agent";
  spec.traffic.stable_service = "bot-stable";
  spec.traffic.canary_service = "bot-canary";
  return spec;
}

Json backend(const std::string& name, int port = 80) { return {{"name", name}, {"port", port}}; }

Json rule(const std::string& name, const std::string& path, Json backends) {
  return {{"name", name},
          {"matches", Json::array({{{"path", {{"type", "PathPrefix"}, {"value", path}}}}})},
          {"backendRefs", std::move(backends)}};
}

Json header_filter(const std::string& value) {
  return {{"type", "RequestHeaderModifier"},
          {"requestHeaderModifier", {{"set", Json::array({{{"name", "x-shop"}, {"value", value}}})}}}};
}

/// The route of a shop: pages, an API, and the agent with a mirror of its own beside.
Json shop_route() {
  Json agent =
      rule("agent", "/agent", Json::array({backend("bot-stable"), backend("audit", 9000), backend("bot-canary")}));
  agent["filters"] = Json::array({header_filter("agent")});
  agent["backendRefs"][1]["weight"] = 0;
  Json out{{"apiVersion", "gateway.networking.k8s.io/v1"},
           {"kind", "HTTPRoute"},
           {"metadata", {{"name", "shop"}, {"annotations", {{"owner", "shop"}}}}}};
  out["spec"] = {{"parentRefs", Json::array({{{"name", "elsewhere"}}})},
                 {"hostnames", Json::array({"shop.example.com"})},
                 {"rules", Json::array({rule("pages", "/", Json::array({backend("pages")})), agent})}};
  return out;
}

/// What belongs to its owner, and what must be equal to the byte.
std::string owned(const Json& route) {
  Json out{{"spec", route.at("spec")}};
  for (const char* field : {"annotations", "labels", "finalizers", "ownerReferences"}) {
    out[field] = route.at("metadata").value(field, Json());
  }
  return out.dump();
}

Json& agent_rule(Json& route) {
  for (Json& r : route["spec"]["rules"]) {
    if (r.value("name", "") == "agent") return r;
  }
  throw std::logic_error("the model lost its rule");
}

Json& agent_backend(Json& route, const std::string& name) {
  for (Json& b : agent_rule(route)["backendRefs"]) {
    if (b["name"] == name) return b;
  }
  throw std::logic_error("the model lost backend " + name);
}

/// Every word of `meant` stands in `stored`, which may say more: the server adds defaults.
bool keeps(const Json& stored, const Json& meant) {
  if (meant.is_object()) {
    return stored.is_object() && std::ranges::all_of(meant.items(), [&](const auto& item) {
             return stored.contains(item.key()) && keeps(stored[item.key()], item.value());
           });
  }
  if (!meant.is_array()) return stored == meant;
  return stored.is_array() && std::ranges::equal(stored, meant, keeps);
}

/// What the owner of the route does to it, one thing at a time; among them all that moves pawl's indices.
class Owner {
 public:
  explicit Owner(Random& random) : random_(random) {}

  void edit(Json& route) {
    const std::vector<void (Owner::*)(Json&)> edits{
        &Owner::annotate, &Owner::label,  &Owner::host,          &Owner::add_rule,    &Owner::drop_rule,
        &Owner::turn,     &Owner::filter, &Owner::rematch,       &Owner::add_backend, &Owner::reorder,
        &Owner::limit,    &Owner::mirror, &Owner::filter_backend};
    (this->*edits[random_.below(edits.size())])(route);
  }

 private:
  std::string word() { return "w" + std::to_string(random_.below(1'000'000)); }
  Json& some_rule(Json& route) { return route["spec"]["rules"][random_.below(route["spec"]["rules"].size())]; }

  void annotate(Json& route) { route["metadata"]["annotations"]["owner/note"] = word(); }
  void label(Json& route) { route["metadata"]["labels"]["team"] = word(); }
  void host(Json& route) { route["spec"]["hostnames"] = Json::array({word() + ".example.com"}); }
  void add_rule(Json& route) {
    Json& rules = route["spec"]["rules"];
    if (rules.size() >= 6) return drop_rule(route);
    const auto at = static_cast<std::ptrdiff_t>(random_.below(rules.size() + 1));
    const std::string name = word();
    rules.insert(rules.begin() + at, rule(name, "/" + name, Json::array({backend(word())})));
  }
  void drop_rule(Json& route) {
    Json& rules = route["spec"]["rules"];
    const auto at = random_.below(rules.size());
    if (rules[at].value("name", "") == "agent") return annotate(route);
    rules.erase(at);
  }
  void turn(Json& route) {
    Json& rules = route["spec"]["rules"];
    std::rotate(rules.begin(), rules.begin() + 1, rules.end());
  }
  void filter(Json& route) { some_rule(route)["filters"] = Json::array({header_filter(word())}); }
  void rematch(Json& route) { some_rule(route)["matches"][0]["path"]["value"] = "/" + word(); }
  void add_backend(Json& route) {
    Json& backends = agent_rule(route)["backendRefs"];
    if (backends.size() >= 5) {
      agent_backend(route, "audit")["weight"] = random_.below(100);
      return;
    }
    Json extra = backend(word());
    extra["weight"] = random_.below(5);
    backends.insert(backends.begin() + static_cast<std::ptrdiff_t>(random_.below(backends.size() + 1)), extra);
  }
  void limit(Json& route) {
    const auto seconds = 1 + random_.below(60);
    some_rule(route)["timeouts"] = {{"request", std::to_string(seconds) + "s"}, {"backendRequest", "1s"}};
  }
  void mirror(Json& route) {
    Json to{{"type", "RequestMirror"}, {"requestMirror", {{"backendRef", {{"name", word()}, {"port", 80}}}}}};
    some_rule(route)["filters"] = Json::array({header_filter(word()), std::move(to)});
  }
  /// At a backend of pawl's own split, too.
  void filter_backend(Json& route) {
    Json& backends = agent_rule(route)["backendRefs"];
    backends[random_.below(backends.size())]["filters"] = Json::array({header_filter(word())});
  }
  void reorder(Json& route) {
    Json& backends = agent_rule(route)["backendRefs"];
    std::rotate(backends.begin(), backends.begin() + 1, backends.end());
  }

  Random& random_;
};

class AdoptedRoute : public InNamespace {
 protected:
  AdoptedRoute() { route_ = must(own_.client().create(res::kHttpRoutes, own_.name(), shop_route())); }

  static Json must(Result<Json> answer) {
    if (!answer) throw std::runtime_error(answer.error().message);
    return std::move(*answer);
  }
  [[nodiscard]] Json stored() const { return must(own_.client().get(res::kHttpRoutes, own_.key("shop"))); }
  Json owner_writes(const Json& route) const {
    return must(own_.client().replace(res::kHttpRoutes, own_.key("shop"), route));
  }
  /// What pawl sends when `seen` is its copy of the route.
  [[nodiscard]] Result<Json> pawl_writes(const Json& seen, int canary) const {
    const auto decoded = adapters::decode_route(seen);
    if (!decoded) return fail(decoded.error());
    const auto patch = adapters::share_patch(*decoded, spec_, canary);
    if (!patch) return fail(patch.error());
    kube::PatchOptions options;
    options.type = kube::PatchType::Json;
    return own_.client().patch(res::kHttpRoutes, own_.key("shop"), *patch, options);
  }
  /// The patch was made from `route_`; the owner was faster with `change`.
  void expect_refused_after(const std::function<void(Json&)>& change) {
    route_ = must(pawl_writes(route_, 500));
    Json changed = route_;
    change(changed);
    const Json theirs = owner_writes(changed);
    const auto refused = pawl_writes(route_, 1000);
    ASSERT_FALSE(refused);
    EXPECT_TRUE(adapters::guard_failed(refused.error())) << refused.error().message;
    EXPECT_EQ(stored(), theirs);
  }

  const domain::RolloutSpec spec_ = adopting();
  Json route_;
};

TEST_F(AdoptedRoute, AThousandRandomEditsLeaveEverythingForeignAsItsOwnerWroteIt) {
  Random random(20261124);
  Owner owner(random);
  Json model = must(pawl_writes(route_, 0));
  int shares = 0;
  for (int i = 0; i < 1000; ++i) {
    owner.edit(model);
    // Where the server adds defaults to the owner's words, they are the owner's from here on.
    Json written = owner_writes(model);
    ASSERT_TRUE(keeps(written.at("spec"), model.at("spec"))) << "edit " << i << "\n" << written << "\n" << model;
    model = std::move(written);
    if (random.chance(0.5)) {
      const int canary = static_cast<int>(random.below(domain::kWholeShare + 1));
      Json wanted = model;
      agent_backend(wanted, "bot-canary")["weight"] = canary;
      agent_backend(wanted, "bot-stable")["weight"] = domain::kWholeShare - canary;
      model = must(pawl_writes(model, canary));
      ASSERT_EQ(owned(model), owned(wanted)) << "edit " << i;
      ++shares;
    }
    ASSERT_EQ(agent_backend(model, "bot-canary")["weight"].get<int>() +
                  agent_backend(model, "bot-stable")["weight"].get<int>(),
              domain::kWholeShare)
        << "edit " << i;
  }
  EXPECT_EQ(owned(stored()), owned(model));
  EXPECT_GT(shares, 400);
}

TEST_F(AdoptedRoute, WeightsThatWereNeverWrittenAreOneEach) {
  // The server writes the default itself, so that pawl's guards hold from the first patch.
  const auto seen = adapters::decode_route(route_);
  ASSERT_TRUE(seen);
  const auto place = adapters::find_split(*seen, spec_.traffic);
  ASSERT_TRUE(place);
  EXPECT_EQ(seen->rules[place->rule].backends[place->stable].weight, 1);
  EXPECT_EQ(seen->rules[place->rule].backends[place->canary].weight, 1);
}

TEST_F(AdoptedRoute, APatchIsRefusedWhenTheRuleMoved) {
  expect_refused_after([](Json& route) { std::swap(route["spec"]["rules"][0], route["spec"]["rules"][1]); });
}

TEST_F(AdoptedRoute, APatchIsRefusedWhenTheBackendsOfTheRuleMoved) {
  expect_refused_after(
      [](Json& route) { std::swap(agent_rule(route)["backendRefs"][0], agent_rule(route)["backendRefs"][2]); });
}

TEST_F(AdoptedRoute, APatchIsRefusedWhenTheRuleIsGone) {
  expect_refused_after([](Json& route) { route["spec"]["rules"].erase(1); });
}

TEST_F(AdoptedRoute, APatchIsRefusedWhenSomebodyElseMovedAWeight) {
  expect_refused_after([](Json& route) { agent_backend(route, "bot-canary")["weight"] = 9; });
}

TEST_F(AdoptedRoute, AChangeElsewhereDoesNotStopAPatch) {
  Json changed = route_;
  changed["metadata"]["annotations"]["owner"] = "new shop";
  owner_writes(changed);
  const auto done = pawl_writes(route_, 700);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->at("metadata").at("annotations").at("owner"), "new shop");
}

}  // namespace
}  // namespace pawl::integration
