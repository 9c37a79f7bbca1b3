#include "json/lookup.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pawl::json {
namespace {

const nlohmann::json kObject = {{"metadata", {{"name", "r1"}, {"generation", 3}}}, {"items", {1, 2}}};

TEST(Lookup, ReadsTextAtAPath) { EXPECT_EQ(text_at(kObject, {"metadata", "name"}), "r1"); }

TEST(Lookup, WhatIsAbsentOrOfAnotherTypeIsEmpty) {
  EXPECT_EQ(text_at(kObject, {"metadata", "uid"}), "");
  EXPECT_EQ(text_at(kObject, {"metadata", "generation"}), "");
  EXPECT_EQ(text_at(kObject, "metadata"), "");
  EXPECT_EQ(text_at(nlohmann::json::array({1}), "name"), "");
  EXPECT_EQ(object_at(kObject, "items"), nlohmann::json::object());
  EXPECT_EQ(object_at(nlohmann::json(), "items"), nlohmann::json::object());
}

TEST(Lookup, APathThroughSomethingElseThanAnObjectLeadsNowhere) {
  EXPECT_EQ(find(kObject, {"items", "name"}), nullptr);
  EXPECT_EQ(find(kObject, {"metadata", "name", "first"}), nullptr);
}

}  // namespace
}  // namespace pawl::json
