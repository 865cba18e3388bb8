// A JSON value that is put together to be printed. Reading JSON is no part of it.
//
// It stands before the JSON library, so that one file alone pays for compiling the library.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fencepost::cli {

class Json {
 public:
  using Member = std::pair<std::string, Json>;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  template <std::signed_integral Number>
  Json(Number value) : value_(static_cast<std::int64_t>(value)) {}
  template <std::unsigned_integral Number>
  requires(!std::same_as<Number, bool>) Json(Number value)
      : value_(static_cast<std::uint64_t>(value)) {}
  Json(double value) : value_(value) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  // null for nullopt
  template <class Value>
  Json(const std::optional<Value>& value) {
    if (value) *this = Json(*value);
  }
  template <class Value>
  Json(const std::vector<Value>& values) : value_(Elements()) {
    for (const Value& value : values) push_back(value);
  }
  template <class Key, class Value, class Order>
  Json(const std::map<Key, Value, Order>& values) : value_(Members()) {
    for (const auto& [name, value] : values) (*this)[name] = value;
  }

  static Json Array() { return Json(Elements()); }
  // In the order given.
  static Json Object(std::initializer_list<Member> members = {}) { return Json(Members(members)); }

  // The member `name`, made as null at the end if there is none. REQUIRES: an object, or null,
  // which becomes one.
  Json& operator[](std::string_view name);
  // REQUIRES: an array, or null, which becomes one.
  void push_back(Json element);
  // REQUIRES: an array with more elements.
  Json& At(std::size_t index) { return std::get<Elements>(value_).at(index); }
  // Sets each member of `other` here. REQUIRES: both are objects.
  void Update(const Json& other);
  // REQUIRES: an object.
  void Erase(std::string_view name);

  // As one line. Bytes that are not UTF-8 are replaced.
  std::string Text() const;

 private:
  using Elements = std::vector<Json>;
  using Members = std::vector<Member>;
  using Value = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
                             Elements, Members>;
  friend struct JsonReader;

  explicit Json(Elements elements) : value_(std::move(elements)) {}
  explicit Json(Members members) : value_(std::move(members)) {}

  Value value_ = nullptr;
};

// On stdout.
void PrintJson(const Json& json);

}  // namespace fencepost::cli
