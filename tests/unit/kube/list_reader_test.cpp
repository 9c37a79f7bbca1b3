#include "kube/list_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace pawl::kube {
namespace {

using Json = nlohmann::json;

struct Read {
  Json rest;
  std::vector<std::string> items;
};

Read read(const std::string& body) {
  Read out;
  out.rest = read_list(body, [&](const Json& item) { out.items.push_back(item.dump()); });
  return out;
}

using Items = std::vector<std::string>;

TEST(ReadList, TakesTheObjectsInOrderAndLeavesTheRest) {
  const Read found =
      read(R"({"kind":"PodList","items":[{"a":1},{"b":{"c":[{}]}}],"metadata":{"resourceVersion":"7"}})");
  EXPECT_EQ(found.items, (Items{R"({"a":1})", R"({"b":{"c":[{}]}})"}));
  EXPECT_EQ(found.rest,
            Json({{"kind", "PodList"}, {"items", Json::array()}, {"metadata", {{"resourceVersion", "7"}}}}));
}

TEST(ReadList, TakesNothingFromAnEmptyList) {
  EXPECT_EQ(read(R"({"items":[]})").items, Items{});
  EXPECT_EQ(read(R"({"items":null})").items, Items{});
  EXPECT_EQ(read(R"({"metadata":{}})").items, Items{});
}

TEST(ReadList, IsNotMisledByItemsElsewhere) {
  const Read found = read(R"({"metadata":{"items":[{"x":1}]},"others":[{"y":1}],"items":[{"items":[{"z":1}]}]})");
  EXPECT_EQ(found.items, (Items{R"({"items":[{"z":1}]})"}));
  EXPECT_EQ(found.rest["metadata"]["items"].size(), 1U);
  EXPECT_EQ(read(R"({"items":{"a":{"b":1}}})").items, Items{});
}

TEST(ReadList, SaysThatATextWhichBreaksOffIsNoList) {
  const Read found = read(R"({"items":[{"a":1},{"b":)");
  EXPECT_TRUE(found.rest.is_discarded());
  EXPECT_EQ(found.items, Items{R"({"a":1})"});
}

}  // namespace
}  // namespace pawl::kube
