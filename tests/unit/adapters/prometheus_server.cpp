#include "unit/adapters/prometheus_server.h"

#include <algorithm>
#include <cmath>
#include <regex>
#include <thread>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace pawl::test {

using Json = nlohmann::json;

namespace {

struct FixedAnswer {
  int status = 0;  ///< 0: there is none
  std::string body;
  std::string type;
};

}  // namespace

struct PrometheusServer::Impl {
  httplib::Server server;
  std::thread thread;
  int port = 0;
  mutable std::mutex mutex;
  std::map<std::pair<std::string, std::map<std::string, std::string>>, std::vector<domain::Sample>> known;
  std::vector<std::string> queries;
  FixedAnswer to_all;
  FixedAnswer to_histories;

  void answer(const httplib::Request& request, httplib::Response& response);
  [[nodiscard]] Json matrix(const std::string& query, double time) const;
  [[nodiscard]] Json increases(const std::string& query, double time) const;
};

namespace {

std::string value_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return Json(value).dump();
}

/// `name="x"` and `name=~"a|b"` are all that pawl asks with.
bool matches(const std::string& query, const std::string& metric, const std::map<std::string, std::string>& labels) {
  std::string selector = query.substr(0, query.rfind('['));
  const auto brace = selector.find('{');
  if (brace > 0 && selector.substr(0, brace) != metric) return false;
  static const std::regex kMatcher(R"re((\w+)(=~|=)"([^"]*)")re");
  for (auto it = std::sregex_iterator(selector.begin(), selector.end(), kMatcher); it != std::sregex_iterator(); ++it) {
    const std::string name = (*it)[1];
    const auto label = labels.find(name);
    const std::string value = name == "__name__" ? metric : label == labels.end() ? std::string() : label->second;
    const bool same = (*it)[2] == "=" ? value == (*it)[3] : std::regex_match(value, std::regex((*it)[3].str()));
    if (!same) return false;
  }
  return true;
}

}  // namespace

Json PrometheusServer::Impl::matrix(const std::string& query, double time) const {
  static const std::regex kRange(R"re(\[(\d+)ms\]$)re");
  std::smatch range;
  Json result = Json::array();
  if (!std::regex_search(query, range, kRange)) return result;
  const double since = time - std::stod(range[1]) / 1000;
  for (const auto& [name, samples] : known) {
    if (!matches(query, name.first, name.second)) continue;
    Json values = Json::array();
    for (const domain::Sample& sample : samples) {
      const double at = static_cast<double>(sample.at.time_since_epoch().count()) / 1000;
      if (at > since && at <= time + 0.0005) values.push_back({at, value_text(sample.value)});
    }
    if (values.empty()) continue;
    Json metric = name.second;
    metric["__name__"] = name.first;
    result.push_back({{"metric", metric}, {"values", values}});
  }
  return result;
}

/// What the three counters of scores gained in the last day, added up by evaluator: the one question that is no
/// selector.
Json PrometheusServer::Impl::increases(const std::string& query, double time) const {
  static const std::regex kRevision(R"re(revision="([^"]*)")re");
  std::smatch revision;
  std::regex_search(query, revision, kRevision);
  std::map<std::map<std::string, std::string>, double> sums;
  for (const auto& [name, samples] : known) {
    std::smatch counter;
    static const std::regex kCounter("pawl_score_(\\w+)_total");
    if (!std::regex_match(name.first, counter, kCounter) || name.second.at("revision") != revision[1]) continue;
    const auto late = [&](const domain::Sample& s) {
      return static_cast<double>(s.at.time_since_epoch().count()) / 1000 > time;
    };
    const auto end = std::find_if(samples.begin(), samples.end(), late);
    if (end - samples.begin() < 2) continue;
    std::map<std::string, std::string> labels{{"counter", counter[1]}};
    for (const char* label : {"capability", "evaluator", "evaluator_version"}) labels[label] = name.second.at(label);
    sums[labels] += std::prev(end)->value - samples.front().value;
  }
  Json result = Json::array();
  for (const auto& [labels, sum] : sums) result.push_back({{"metric", labels}, {"values", {{time, value_text(sum)}}}});
  return result;
}

void PrometheusServer::Impl::answer(const httplib::Request& request, httplib::Response& response) {
  const std::scoped_lock lock(mutex);
  const std::string query = request.get_param_value("query");
  queries.push_back(query);
  const bool history = query.find("increase(") != std::string::npos;
  for (const FixedAnswer* fixed : {&to_all, &to_histories}) {
    if (fixed->status == 0 || (fixed == &to_histories && !history)) continue;
    response.status = fixed->status;
    response.set_content(fixed->body, fixed->type);
    return;
  }
  const double time = std::stod(request.get_param_value("time"));
  const Json result = history ? increases(query, time) : matrix(query, time);
  response.set_content(Json{{"status", "success"}, {"data", {{"resultType", "matrix"}, {"result", result}}}}.dump(),
                       "application/json");
}

PrometheusServer::PrometheusServer() : impl_(std::make_unique<Impl>()) {
  const auto answer = [this](const httplib::Request& request, httplib::Response& response) {
    impl_->answer(request, response);
  };
  impl_->server.Post("/api/v1/query", answer);
  impl_->server.Get("/api/v1/query", answer);
  impl_->port = impl_->server.bind_to_any_port("127.0.0.1");
  impl_->thread = std::thread([this] { impl_->server.listen_after_bind(); });
  while (!impl_->server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

PrometheusServer::~PrometheusServer() {
  impl_->server.stop();
  impl_->thread.join();
}

std::string PrometheusServer::url() const { return "http://127.0.0.1:" + std::to_string(impl_->port); }

void PrometheusServer::scrape(const std::vector<domain::Series>& series) {
  const std::scoped_lock lock(impl_->mutex);
  for (const domain::Series& s : series) {
    auto& samples = impl_->known[{s.metric, s.labels}];
    samples.insert(samples.end(), s.samples.begin(), s.samples.end());
  }
}

void PrometheusServer::answer_always(int status, std::string body, std::string type) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->to_all = {status, std::move(body), std::move(type)};
}

void PrometheusServer::answer_histories(int status, std::string body, std::string type) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->to_histories = {status, std::move(body), std::move(type)};
}

std::vector<std::string> PrometheusServer::queries() const {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->queries;
}

}  // namespace pawl::test
