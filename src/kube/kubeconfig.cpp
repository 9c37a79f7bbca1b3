#include "kube/kubeconfig.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/log.h"
#include "kube/base64.h"
#include "kube/credentials.h"
#include "kube/server_url.h"

namespace pawl::kube {
namespace {

namespace fs = std::filesystem;

/// One named entry of a list, and the folder its relative paths start from.
struct Entry {
  YAML::Node body;
  std::string file;
};

struct File {
  std::string path;
  YAML::Node root;
};

tl::unexpected<Error> invalid(const Entry& entry, const std::string& field, const std::string& problem) {
  return fail(ErrorKind::Invalid, entry.file + ": " + field + ": " + problem);
}

/// The text of a scalar field; empty when it is absent.
std::string text_of(const YAML::Node& map, const char* name) {
  const YAML::Node value = map.IsMap() ? map[name] : YAML::Node(YAML::NodeType::Undefined);
  return value && value.IsScalar() ? value.Scalar() : std::string{};
}

bool has(const YAML::Node& map, const char* name) {
  const YAML::Node value = map.IsMap() ? map[name] : YAML::Node(YAML::NodeType::Undefined);
  return value && !value.IsNull();
}

Result<File> load_file(const std::string& path) {
  const Result<std::string> text = read_text_file(path, "kubeconfig");
  if (!text) return fail(text.error());
  try {
    File file{path, YAML::Load(*text)};
    if (!file.root.IsMap()) return fail(ErrorKind::Invalid, path + ": the kubeconfig is not a map");
    return file;
  } catch (const YAML::Exception& problem) {
    // The position only: the text of a line may be a secret.
    return fail(ErrorKind::Invalid, path + ": malformed YAML at line " + std::to_string(problem.mark.line + 1));
  }
}

/// The first file that defines the name wins whole; fields are never mixed.
std::optional<Entry> find_entry(const std::vector<File>& files, const char* list, const char* body,
                                const std::string& name) {
  for (const File& file : files) {
    const YAML::Node entries = file.root[list];
    if (!entries || !entries.IsSequence()) continue;
    for (const YAML::Node& entry : entries) {
      if (text_of(entry, "name") == name && has(entry, body)) return Entry{entry[body], file.path};
    }
  }
  return std::nullopt;
}

std::string beside(const std::string& file, const std::string& path) {
  const fs::path given(path);
  return given.is_absolute() ? path : (fs::path(file).parent_path() / given).string();
}

/// `name`-data (base64) or `name` (a path relative to the kubeconfig); empty when neither is set.
Result<std::string> data_or_file(const Entry& entry, const std::string& name) {
  const std::string data = text_of(entry.body, (name + "-data").c_str());
  const std::string path = text_of(entry.body, name.c_str());
  if (!data.empty() && !path.empty()) return invalid(entry, name, "both the file and the -data field are set");
  if (!data.empty()) {
    auto decoded = base64_decode(data);
    if (!decoded || decoded->empty()) return invalid(entry, name + "-data", "malformed base64");
    return *std::move(decoded);
  }
  if (path.empty()) return std::string{};
  Result<std::string> text = read_text_file(beside(entry.file, path), name);
  if (!text) return fail(text.error().during(entry.file));
  if (text->empty()) return invalid(entry, name, "the file is empty");
  return text;
}

Status read_cluster(const Entry& cluster, Connection& out) {
  out.server = text_of(cluster.body, "server");
  if (out.server.empty()) return invalid(cluster, "server", "required");
  const auto url = parse_server_url(out.server);
  if (!url) return fail(url.error().during(cluster.file));
  if (has(cluster.body, "proxy-url")) return invalid(cluster, "proxy-url", "proxies are not supported in this version");
  const std::string skip = text_of(cluster.body, "insecure-skip-tls-verify");
  if (!skip.empty() && skip != "true" && skip != "false") {
    return invalid(cluster, "insecure-skip-tls-verify", "must be true or false");
  }
  out.insecure_skip_tls_verify = skip == "true";
  out.tls_server_name = text_of(cluster.body, "tls-server-name");
  auto ca = data_or_file(cluster, "certificate-authority");
  if (!ca) return fail(ca.error());
  out.ca_pem = std::move(*ca);
  if (out.insecure_skip_tls_verify && !out.ca_pem.empty()) {
    return invalid(cluster, "insecure-skip-tls-verify", "contradicts certificate-authority");
  }
  return {};
}

/// What we would have to ignore is refused: acting as somebody else than configured is worse than not starting.
Status refuse_unsupported(const Entry& user) {
  for (const char* field : {"exec", "auth-provider"}) {
    if (has(user.body, field)) {
      return invalid(user, field,
                     "credential plugins are not supported in this version; use a token or a client certificate");
    }
  }
  for (const char* field : {"act-as", "as", "as-uid", "as-groups", "as-user-extra"}) {
    if (has(user.body, field)) return invalid(user, field, "impersonation is not supported in this version");
  }
  for (const char* field : {"username", "password"}) {
    if (has(user.body, field)) {
      return invalid(user, field, "basic authentication is not supported by Kubernetes any more");
    }
  }
  return {};
}

std::string kind_of_user(const Connection& connection) {
  if (!connection.token_file.empty()) return "token file";
  if (!connection.token.empty()) return "token";
  return connection.client_cert_pem.empty() ? "anonymous" : "client certificate";
}

Status read_user(const Entry& user, Connection& out) {
  if (const Status ok = refuse_unsupported(user); !ok) return ok;
  out.token = text_of(user.body, "token");
  const std::string token_file = text_of(user.body, "tokenFile");
  if (!token_file.empty()) {
    out.token_file = beside(user.file, token_file);
    const auto text = read_text_file(out.token_file, "tokenFile");
    if (!text && out.token.empty()) return fail(text.error().during(user.file));
  }
  auto certificate = data_or_file(user, "client-certificate");
  if (!certificate) return fail(certificate.error());
  auto key = data_or_file(user, "client-key");
  if (!key) return fail(key.error());
  if (certificate->empty() != key->empty()) {
    return invalid(user, certificate->empty() ? "client-certificate" : "client-key", "required with the other one");
  }
  out.client_cert_pem = std::move(*certificate);
  out.client_key_pem = std::move(*key);
  return {};
}

std::string current_context(const std::vector<File>& files) {
  for (const File& file : files) {
    if (std::string name = text_of(file.root, "current-context"); !name.empty()) return name;
  }
  return {};
}

Result<Connection> from_files(const std::vector<File>& files, const std::string& wanted) {
  const std::string name = wanted.empty() ? current_context(files) : wanted;
  const std::string where = files.front().path;
  if (name.empty()) return fail(ErrorKind::Invalid, where + ": current-context: not set, and no context was chosen");
  const auto context = find_entry(files, "contexts", "context", name);
  if (!context) return fail(ErrorKind::Invalid, where + ": contexts: no context named " + name);
  const std::string cluster_name = text_of(context->body, "cluster");
  const auto cluster = find_entry(files, "clusters", "cluster", cluster_name);
  if (!cluster) {
    return invalid(*context, "cluster", "context " + name + " names the unknown cluster '" + cluster_name + "'");
  }
  Connection out;
  if (const Status ok = read_cluster(*cluster, out); !ok) return fail(ok.error());
  const std::string user_name = text_of(context->body, "user");
  if (!user_name.empty()) {
    const auto user = find_entry(files, "users", "user", user_name);
    if (!user) return invalid(*context, "user", "context " + name + " names the unknown user '" + user_name + "'");
    if (const Status ok = read_user(*user, out); !ok) return fail(ok.error());
  }
  out.ns = text_of(context->body, "namespace");
  if (out.ns.empty()) out.ns = "default";
  out.source = context->file + " context " + name;
  out.user_kind = kind_of_user(out);
  return out;
}

/// Missing files are skipped, as other clients do; files that cannot be read are errors.
Result<std::vector<File>> load_list(const std::string& list) {
  std::vector<File> files;
  std::vector<std::string> seen;
  std::size_t begin = 0;
  while (begin <= list.size()) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    const std::string path = list.substr(begin, end - begin);
    begin = end + 1;
    if (path.empty() || std::ranges::find(seen, path) != seen.end()) continue;
    seen.push_back(path);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) continue;
    auto file = load_file(path);
    if (!file) return fail(file.error());
    files.push_back(std::move(*file));
  }
  return files;
}

Result<Connection> from_pod(const std::string& host, const std::string& port, const std::string& dir) {
  Connection out;
  out.server = "https://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
  if (const auto url = parse_server_url(out.server); !url) {
    return fail(url.error().during("KUBERNETES_SERVICE_HOST/PORT"));
  }
  out.token_file = dir + "/token";
  if (const auto token = read_text_file(out.token_file, "service account token"); !token) return fail(token.error());
  auto ca = read_text_file(dir + "/ca.crt", "service account CA");
  if (!ca) return fail(ca.error());
  if (ca->empty()) return fail(ErrorKind::Invalid, "service account CA: " + dir + "/ca.crt is empty");
  out.ca_pem = std::move(*ca);
  out.ns = "default";
  std::ifstream ns_file(dir + "/namespace");
  if (std::string ns; ns_file >> ns) out.ns = ns;
  out.source = "in-cluster";
  out.user_kind = "token file";
  return out;
}

}  // namespace

Result<Connection> resolve_connection(const ConnectionChoice& choice, const Environment& environment) {
  const auto variable = [&](const char* name) { return environment(name).value_or(""); };
  // yaml-cpp reports odd documents by exception from any access; none may leave this file.
  try {
    if (!choice.kubeconfig.empty()) {
      auto file = load_file(choice.kubeconfig);
      if (!file) return fail(file.error());
      return from_files({std::move(*file)}, choice.context);
    }
    const std::string list = variable("KUBECONFIG");
    auto files = load_list(list);
    if (!files) return fail(files.error());
    if (!files->empty()) return from_files(*files, choice.context);
    if (!list.empty()) log::warn("no file of KUBECONFIG exists", {{"kubeconfig", list}});
    const std::string host = variable("KUBERNETES_SERVICE_HOST");
    const std::string port = variable("KUBERNETES_SERVICE_PORT");
    if (!host.empty() && !port.empty()) return from_pod(host, port, choice.service_account_dir);
    if (const std::string home = variable("HOME"); !home.empty()) {
      auto own = load_list(home + "/.kube/config");
      if (!own) return fail(own.error());
      if (!own->empty()) return from_files(*own, choice.context);
    }
  } catch (const YAML::Exception& problem) {
    return fail(ErrorKind::Invalid,
                "kubeconfig: unexpected structure at line " + std::to_string(problem.mark.line + 1));
  } catch (const fs::filesystem_error& problem) {
    return fail(ErrorKind::Invalid, std::string("kubeconfig: ") + problem.what());
  }
  return fail(ErrorKind::Invalid, "no configuration: no --kubeconfig, no KUBECONFIG, not in a pod, no ~/.kube/config");
}

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace pawl::kube
