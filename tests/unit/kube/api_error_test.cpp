#include "kube/api_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace pawl::kube {
namespace {

std::string status_body(int code, const std::string& reason, const std::string& extra = "{}") {
  nlohmann::json body = {{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", "about " + reason}};
  body["details"] = nlohmann::json::parse(extra);
  return body.dump();
}

ErrorKind kind_of(int code, const std::string& reason, Access access = Access::Read) {
  return api_error({code, status_body(code, reason), {}}, access).kind;
}

TEST(ApiError, ChoosesTheKindByStatusAndReason) {
  EXPECT_EQ(kind_of(400, "BadRequest"), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(401, "Unauthorized"), ErrorKind::Denied);
  EXPECT_EQ(kind_of(403, "Forbidden"), ErrorKind::Denied);
  EXPECT_EQ(kind_of(404, "NotFound"), ErrorKind::NotFound);
  EXPECT_EQ(kind_of(409, "AlreadyExists"), ErrorKind::Exists);
  EXPECT_EQ(kind_of(409, "Conflict"), ErrorKind::Conflict);
  EXPECT_EQ(kind_of(410, "Expired"), ErrorKind::Gone);
  EXPECT_EQ(kind_of(415, "UnsupportedMediaType"), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(422, "Invalid"), ErrorKind::Invalid);
  EXPECT_EQ(kind_of(429, "TooManyRequests"), ErrorKind::RateLimited);
}

TEST(ApiError, LeavesTheOutcomeOfAWriteOpenWhenTheServerFailed) {
  for (const int code : {500, 502, 503, 504}) {
    EXPECT_EQ(kind_of(code, "InternalError", Access::Read), ErrorKind::Unavailable) << code;
    EXPECT_EQ(kind_of(code, "InternalError", Access::Write), ErrorKind::Unknown) << code;
  }
}

TEST(ApiError, TellsAnUnknownKindFromAMissingObject) {
  EXPECT_EQ(api_error({404, "404 page not found\n", {}}, Access::Read).kind, ErrorKind::NotServed);
  EXPECT_EQ(kind_of(404, "NotFound"), ErrorKind::NotFound);
}

TEST(ApiError, ReadsRetryAfterFromTheHeaderOfAPlainTextAnswer) {
  const Error error =
      api_error({429, "Too many requests, please try again later.", {{"retry-after", "7"}}}, Access::Write);
  EXPECT_EQ(error.kind, ErrorKind::RateLimited);
  EXPECT_EQ(error.retry_after, Duration{7'000});
}

TEST(ApiError, ReadsRetryAfterFromTheDetailsOfAStatus) {
  const Error error =
      api_error({429, status_body(429, "TooManyRequests", R"({"retryAfterSeconds":3})"), {}}, Access::Read);
  EXPECT_EQ(error.retry_after, Duration{3'000});
}

TEST(ApiError, IgnoresARetryAfterThatIsNotANumber) {
  EXPECT_FALSE(api_error({503, "", {{"retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"}}}, Access::Read).retry_after);
}

TEST(ApiError, KeepsTheCauseOfAResourceVersionFromTheFuture) {
  const std::string causes = R"({"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large"}]})";
  const Error error = api_error({504, status_body(504, "Timeout", causes), {{"retry-after", "1"}}}, Access::Read);
  EXPECT_EQ(error.reason, "ResourceVersionTooLarge");
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
  EXPECT_EQ(error.retry_after, Duration{1'000});
}

TEST(ApiError, CapsTheTextOfALoadBalancerAtTwoKibibytesWithoutCuttingACharacter) {
  std::string page = "x";
  for (int i = 0; i < 4000; ++i) page += "é";
  const Error error = api_error({502, page, {}}, Access::Read);
  EXPECT_LE(error.message.size(), kMaxErrorText + 16);
  EXPECT_GE(error.message.size(), kMaxErrorText - 4);
  EXPECT_NO_THROW(nlohmann::json(error.message).dump());
}

TEST(ApiError, UnderstandsTheStatusInsideAWatchEvent) {
  const auto event = nlohmann::json::parse(R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})");
  const Error error = status_error(event, Access::Read);
  EXPECT_EQ(error.kind, ErrorKind::Gone);
  EXPECT_EQ(error.message, "too old");
  EXPECT_EQ(status_error(nlohmann::json("text"), Access::Read).kind, ErrorKind::Malformed);
}

TEST(ApiError, CallsARedirectMalformed) {
  EXPECT_EQ(api_error({302, "", {}}, Access::Read).kind, ErrorKind::Malformed);
}

}  // namespace
}  // namespace pawl::kube
