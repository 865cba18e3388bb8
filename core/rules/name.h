// A string that means one thing.
//
// `Name<Tag>` keeps an org from being passed where an image is wanted: names of different tags do
// not convert to each other or to plain strings. It costs what a std::string costs.
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
