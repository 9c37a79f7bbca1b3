// Cuts a stream of JSON objects into single documents, wherever the network cut it. Not thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pawl::kube {

class JsonFrames {
 public:
  explicit JsonFrames(std::size_t max_document = std::size_t{64} << 20) : max_document_(max_document) {}

  void feed(std::string_view bytes);
  /// The next whole document, if there is one.
  std::optional<std::string> next();
  /// True once bytes came that begin no object, or a document above the limit: the stream is of no use.
  [[nodiscard]] bool broken() const { return broken_; }
  /// Bytes held back: the beginning of a document whose rest has not come.
  [[nodiscard]] std::size_t buffered() const { return buffer_.size() - begin_; }
  /// Memory held, for the test that it is given back.
  [[nodiscard]] std::size_t capacity() const { return buffer_.capacity(); }
  void clear();

 private:
  void take_byte(char c);
  void compact();

  std::size_t max_document_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the document being read
  std::size_t scan_ = 0;   // next byte to look at: every byte is looked at once
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool broken_ = false;
};

}  // namespace pawl::kube
