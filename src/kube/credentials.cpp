#include "kube/credentials.h"

#include <fstream>
#include <iterator>

#include "base/log.h"

namespace pawl::kube {
namespace {

std::string trimmed(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, const std::string& field) {
  constexpr std::size_t kMaxBytes = 1U << 20U;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::Invalid, field + ": cannot open " + path);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return fail(ErrorKind::Invalid, field + ": cannot read " + path);
  if (text.size() > kMaxBytes) return fail(ErrorKind::Invalid, field + ": " + path + " is larger than 1 MiB");
  return text;
}

Credentials::Credentials(std::string fixed_token, std::string token_file, std::shared_ptr<const Clock> clock)
    : token_file_(std::move(token_file)), clock_(std::move(clock)), token_(std::move(fixed_token)) {}

void Credentials::reload(BootTime now) {
  tried_at_ = now;
  const Result<std::string> text = read_text_file(token_file_, "token file");
  const std::string fresh = text ? trimmed(*text) : std::string{};
  if (!fresh.empty()) {
    token_ = fresh;
    return;
  }
  log::warn("keeping the last good token", {{"problem", text ? "token file: empty" : text.error().message}});
}

std::string Credentials::token() {
  const std::scoped_lock lock(mutex_);
  if (!token_file_.empty()) {
    const BootTime now = clock_->boot();
    if (!tried_at_ || now - *tried_at_ >= kMaxAge) reload(now);
  }
  return token_;
}

bool Credentials::refresh(const std::string& refused) {
  const std::scoped_lock lock(mutex_);
  if (token_file_.empty()) return false;
  if (token_ == refused) reload(clock_->boot());  // else another thread has refreshed it already
  return token_ != refused;
}

}  // namespace pawl::kube
