#include "kube/request.h"

#include <gtest/gtest.h>

namespace pawl::kube {
namespace {

TEST(Request, EncodesEverythingButUnreservedCharacters) {
  EXPECT_EQ(percent_encode("app=a,b+c d/é"), "app%3Da%2Cb%2Bc%20d%2F%C3%A9");
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
}

TEST(Request, PutsTheCoreGroupUnderApiAndOthersUnderApis) {
  EXPECT_EQ(collection_path(resources::kPods, "a"), "/api/v1/namespaces/a/pods");
  EXPECT_EQ(collection_path(resources::kDeployments, "a"), "/apis/apps/v1/namespaces/a/deployments");
}

TEST(Request, LeavesTheNamespaceOutForAllNamespacesAndForClusterScopedKinds) {
  EXPECT_EQ(collection_path(resources::kPods, ""), "/api/v1/pods");
  EXPECT_EQ(object_path(resources::kNodes, {"ignored", "n1"}), "/api/v1/nodes/n1");
}

TEST(Request, NamesAnObjectAndItsSubresource) {
  EXPECT_EQ(object_path(resources::kAgentRollouts, {"a", "b"}, "status"),
            "/apis/pawl.dev/v1alpha1/namespaces/a/agentrollouts/b/status");
}

TEST(Request, CannotLeaveItsCollectionThroughAName) {
  EXPECT_EQ(object_path(resources::kPods, {"a", "../secrets/x"}), "/api/v1/namespaces/a/pods/..%2Fsecrets%2Fx");
}

TEST(Request, ListsWithSelectorsAndLimit) {
  ListOptions options;
  options.ns = "a";
  options.label_selector = "app=x,tier in (b)";
  options.field_selector = "status.phase!=Failed";
  EXPECT_EQ(
      list_path(resources::kPods, options),
      "/api/v1/namespaces/a/pods?labelSelector=app%3Dx%2Ctier%20in%20%28b%29&fieldSelector=status.phase%21%3DFailed"
      "&limit=500");
}

TEST(Request, DropsTheResourceVersionOnceAContinueTokenCarriesIt) {
  ListOptions options;
  options.limit = 0;
  options.resource_version = "7";
  EXPECT_EQ(list_path(resources::kPods, options), "/api/v1/pods?resourceVersion=7&resourceVersionMatch=NotOlderThan");
  options.continue_token = "abc=";
  EXPECT_EQ(list_path(resources::kPods, options), "/api/v1/pods?continue=abc%3D");
}

TEST(Request, ForcesOnlyAnApply) {
  PatchOptions options{PatchType::Merge, "", "pawl status", true};
  EXPECT_EQ(patch_query(options), "?fieldManager=pawl%20status");
  options.type = PatchType::Apply;
  EXPECT_EQ(patch_query(options), "?fieldManager=pawl%20status&force=true");
}

}  // namespace
}  // namespace pawl::kube
