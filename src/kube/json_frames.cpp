#include "kube/json_frames.h"

namespace pawl::kube {

namespace {
// A buffer that one large object has blown up is given back; a usual one is kept.
constexpr std::size_t kKeepCapacity = std::size_t{64} << 10;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
}  // namespace

void JsonFrames::clear() { *this = JsonFrames(max_document_); }

void JsonFrames::feed(std::string_view bytes) {
  if (!broken_) buffer_.append(bytes);
}

void JsonFrames::take_byte(char c) {
  if (in_string_) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    }
    return;
  }
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') ++depth_;
  if (c == '}' || c == ']') --depth_;
}

std::optional<std::string> JsonFrames::next() {
  while (!broken_ && scan_ < buffer_.size()) {
    const char c = buffer_[scan_];
    if (depth_ == 0) {
      if (is_space(c)) {
        begin_ = ++scan_;
        continue;
      }
      if (c != '{') {
        broken_ = true;
        break;
      }
      begin_ = scan_;
    }
    take_byte(c);
    ++scan_;
    if (depth_ == 0) {
      std::string document = buffer_.substr(begin_, scan_ - begin_);
      begin_ = scan_;
      return document;
    }
    if (scan_ - begin_ > max_document_) broken_ = true;
  }
  compact();
  return std::nullopt;
}

void JsonFrames::compact() {
  buffer_.erase(0, begin_);
  scan_ -= begin_;
  begin_ = 0;
  if (buffer_.empty() && buffer_.capacity() > kKeepCapacity) std::string().swap(buffer_);
}

}  // namespace pawl::kube
