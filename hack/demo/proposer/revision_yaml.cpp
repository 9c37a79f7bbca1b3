#include "proposer/revision_yaml.h"

#include <yaml-cpp/yaml.h>

namespace pawl::demo {

std::string revision_yaml(const RevisionText& revision, const std::vector<BundleFile>& files) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  out << YAML::Key << "apiVersion" << YAML::Value << "pawl.dev/v1alpha1";
  out << YAML::Key << "kind" << YAML::Value << "AgentRevision";
  out << YAML::Key << "metadata" << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "name" << YAML::Value << revision.name;
  if (!revision.ns.empty()) out << YAML::Key << "namespace" << YAML::Value << revision.ns;
  out << YAML::EndMap;
  out << YAML::Key << "spec" << YAML::Value << YAML::BeginMap;
  out << YAML::Key << "agent" << YAML::Value << revision.agent;
  if (!revision.parent.empty()) out << YAML::Key << "parent" << YAML::Value << revision.parent;
  out << YAML::Key << "author" << YAML::Value << YAML::BeginMap << YAML::Key << "kind" << YAML::Value << "Optimizer"
      << YAML::Key << "name" << YAML::Value << "greedy" << YAML::EndMap;
  out << YAML::Key << "claim" << YAML::Value << YAML::BeginMap << YAML::Key << "rationale" << YAML::Value
      << YAML::DoubleQuoted << revision.claim << YAML::EndMap;
  out << YAML::Key << "files" << YAML::Value << YAML::BeginSeq;
  for (const BundleFile& file : files) {
    out << YAML::BeginMap << YAML::Key << "path" << YAML::Value << file.path << YAML::Key << "content" << YAML::Value
        << YAML::DoubleQuoted << file.content << YAML::EndMap;
  }
  out << YAML::EndSeq << YAML::EndMap << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace pawl::demo
