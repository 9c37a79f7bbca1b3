#include "node_agent/volumes.h"

#include <filesystem>

#include "base/log.h"
#include "kube/base64.h"

namespace pawl::node_agent {
namespace {

const kube::Resource kServiceAccounts{"", "v1", "serviceaccounts"};

std::string namespace_of(const Json& pod) { return text_of(member(pod, "metadata"), "namespace"); }

void add_decoded(const Json& map, Variables& out) {
  if (!map.is_object()) return;
  for (const auto& [key, value] : map.items()) {
    if (!value.is_string()) continue;
    if (auto decoded = kube::base64_decode(value.get<std::string>())) out[key] = *decoded;
  }
}

/// All of it, or the keys that `items` names under the paths it gives them.
Result<Files> choose(const Variables& data, const Json& items, bool optional) {
  if (items.empty()) return Files(data);
  Files out;
  for (const Json& item : items) {
    const auto found = data.find(text_of(item, "key"));
    if (found != data.end()) out[text_of(item, "path")] = found->second;
    if (found == data.end() && !optional) {
      return fail(ErrorKind::NotFound, "key " + text_of(item, "key") + " does not exist");
    }
  }
  return out;
}

}  // namespace

Result<Variables> read_data(const Sources& sources, const std::string& ns, const std::string& kind,
                            const std::string& name) {
  const bool secret = kind == "secrets";
  const auto object = (secret ? sources.secrets : sources.config_maps).get({ns, name});
  if (!object) return fail(ErrorKind::NotFound, kind + " " + ns + "/" + name + " does not exist");
  Variables out;
  if (secret) {
    add_decoded(member(*object, "data"), out);
    return out;
  }
  add_decoded(member(*object, "binaryData"), out);
  for (const auto& [key, value] : member(*object, "data").items()) {
    if (value.is_string()) out[key] = value.get<std::string>();
  }
  return out;
}

Status Volumes::refresh(const Json& pod, const std::string& pod_ip) {
  for (const Json& volume : member(member(pod, "spec"), "volumes")) {
    const std::string name = text_of(volume, "name");
    if (volume.contains("hostPath")) continue;
    if (volume.contains("emptyDir")) {
      std::error_code ignored;  // starting the process tells
      std::filesystem::create_directories(path_of(name), ignored);
      continue;
    }
    Result<Files> files = content(volume, pod, pod_ip);
    if (!files) return fail(files.error().during("volume " + name));
    const auto before = written_.find(name);
    if (before != written_.end() && before->second == *files) continue;
    if (const Status done = write_volume(path_of(name), *files); !done) {
      return fail(done.error().during("volume " + name));
    }
    log::info("volume written", {{"pod", text_of(member(pod, "metadata"), "name")}, {"volume", name}});
    written_[name] = std::move(*files);
  }
  return {};
}

Result<Files> Volumes::content(const Json& volume, const Json& pod, const std::string& pod_ip) {
  if (const Json& ref = member(volume, "configMap"); ref.is_object()) {
    return from_object(ref, pod, "configmaps", text_of(ref, "name"));
  }
  if (const Json& ref = member(volume, "secret"); ref.is_object()) {
    return from_object(ref, pod, "secrets", text_of(ref, "secretName"));
  }
  if (const Json& fields = member(volume, "downwardAPI"); fields.is_object()) return from_fields(fields, pod, pod_ip);
  if (!volume.contains("projected")) {
    return fail(ErrorKind::Invalid, "the node agent does not know this kind of volume");
  }
  Files out;
  for (const Json& source : member(volume["projected"], "sources")) {
    Result<Files> part = projected(source, pod, pod_ip, text_of(volume, "name"));
    if (!part) return part;
    out.merge(*part);
  }
  return out;
}

Result<Files> Volumes::projected(const Json& source, const Json& pod, const std::string& pod_ip,
                                 const std::string& volume) {
  if (const Json& ref = member(source, "configMap"); ref.is_object()) {
    return from_object(ref, pod, "configmaps", text_of(ref, "name"));
  }
  if (const Json& ref = member(source, "secret"); ref.is_object()) {
    return from_object(ref, pod, "secrets", text_of(ref, "name"));
  }
  if (const Json& fields = member(source, "downwardAPI"); fields.is_object()) return from_fields(fields, pod, pod_ip);
  const Json& wanted = member(source, "serviceAccountToken");
  if (!wanted.is_object()) {
    return fail(ErrorKind::Invalid, "the node agent does not know this projection: " + source.dump());
  }
  const auto text = token(wanted, pod, volume);
  if (!text) return fail(text.error());
  return Files{{text_of(wanted, "path"), *text}};
}

/// A token is renewed when four fifths of its life are over, as the kubelet does.
Result<std::string> Volumes::token(const Json& wanted, const Json& pod, const std::string& volume) {
  Token& held = tokens_[volume + "/" + text_of(wanted, "path")];
  const BootTime now = sources_.clock.boot();
  if (!held.text.empty() && now < held.renew) return held.text;
  const Json& metadata = member(pod, "metadata");
  const int seconds = number_of(wanted, "expirationSeconds", 3600);
  const Json bound = {
      {"apiVersion", "v1"}, {"kind", "Pod"}, {"name", text_of(metadata, "name")}, {"uid", text_of(metadata, "uid")}};
  Json spec = {{"audiences", Json::array()}, {"expirationSeconds", seconds}, {"boundObjectRef", bound}};
  if (const std::string audience = text_of(wanted, "audience"); !audience.empty()) {
    spec["audiences"].push_back(audience);
  }
  const Json request = {{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "TokenRequest"}, {"spec", spec}};
  const std::string account = text_of(member(pod, "spec"), "serviceAccountName", "default");
  const auto made = sources_.client.create(kServiceAccounts, namespace_of(pod), request, "token", account);
  if (!made) return fail(made.error());
  held.text = text_of(member(*made, "status"), "token");
  held.renew = now + std::chrono::seconds(seconds * 4 / 5);
  return held.text;
}

Result<Files> Volumes::from_object(const Json& ref, const Json& pod, const std::string& kind,
                                   const std::string& name) const {
  const bool optional = flag_of(ref, "optional");
  const auto data = read_data(sources_, namespace_of(pod), kind, name);
  if (!data && optional) return Files{};
  if (!data) return fail(data.error());
  return choose(*data, member(ref, "items"), optional);
}

Result<Files> Volumes::from_fields(const Json& downward, const Json& pod, const std::string& pod_ip) const {
  Files out;
  for (const Json& item : member(downward, "items")) {
    const std::string path = text_of(member(item, "fieldRef"), "fieldPath");
    const auto value = pod_field(pod, pod_ip, sources_.node.host_ip, path);
    if (!value) return fail(ErrorKind::Invalid, "the node agent does not know the field " + path);
    out[text_of(item, "path")] = *value;
  }
  return out;
}

}  // namespace pawl::node_agent
