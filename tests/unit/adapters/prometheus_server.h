// A Prometheus on loopback that knows the samples a test gave it, and answers the queries that pawl asks: raw samples
// of a range that ends at `time`, and how much was scored in the day before it. Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "domain/evidence/series.h"

namespace pawl::test {

class PrometheusServer {
 public:
  PrometheusServer();
  ~PrometheusServer();

  [[nodiscard]] std::string url() const;
  /// One scrape: the samples join those of equal metric and labels.
  void scrape(const std::vector<domain::Series>& series);
  /// From now on every query is answered so; status 0: as a Prometheus does.
  void answer_always(int status, std::string body = {}, std::string type = "text/html");
  /// The same for the questions of what was scored in the day before alone.
  void answer_histories(int status, std::string body = {}, std::string type = "text/html");
  [[nodiscard]] std::vector<std::string> queries() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pawl::test
