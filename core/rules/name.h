// A string that means one thing.
//
// `Name<Tag>` keeps a caller from passing an org as an image: names with different tags do not
// convert to each other or to plain strings. A name costs as much as a std::string.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace fencepost {

template <class Tag>
class Name {
 public:
  Name() = default;
  explicit Name(std::string text) : text_(std::move(text)) {}

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

  friend bool operator==(const Name& a, const Name& b) { return a.text_ == b.text_; }
  friend auto operator<=>(const Name& a, const Name& b) { return a.text_ <=> b.text_; }

 private:
  std::string text_;
};

}  // namespace fencepost
