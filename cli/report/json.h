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
#include <vector>

namespace fencepost::cli {

class Json {
 public:
  using Member = std::pair<std::string, Json>;

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool value);
  template <std::signed_integral Number>
  Json(Number value) : kind_(Kind::kSigned), signed_(value) {}
  template <std::unsigned_integral Number>
  requires(!std::same_as<Number, bool>) Json(Number value)
      : kind_(Kind::kUnsigned), unsigned_(value) {}
  Json(double value);
  Json(std::string_view value);
  Json(const std::string& value) : Json(std::string_view(value)) {}
  Json(const char* value) : Json(std::string_view(value)) {}
  // null for nullopt
  template <class Value>
  Json(const std::optional<Value>& value) {
    if (value) *this = Json(*value);
  }
  template <class Value>
  Json(const std::vector<Value>& values) : kind_(Kind::kArray) {
    for (const Value& value : values) push_back(value);
  }
  template <class Key, class Value, class Order>
  Json(const std::map<Key, Value, Order>& values) : kind_(Kind::kObject) {
    for (const auto& [name, value] : values) (*this)[name] = value;
  }
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  static Json Array();
  // In the order given.
  static Json Object(std::initializer_list<Member> members = {});

  // The member `name`, made as null at the end if there is none. REQUIRES: an object, or null,
  // which becomes one.
  Json& operator[](std::string_view name);
  // REQUIRES: an array, or null, which becomes one.
  void push_back(Json element);
  // REQUIRES: an array with more elements.
  Json& At(std::size_t index) { return values_.at(index); }
  // Sets each member of `other` here. REQUIRES: both are objects.
  void Update(const Json& other);
  // REQUIRES: an object.
  void Erase(std::string_view name);

  // As one line. Bytes that are not UTF-8 are replaced.
  std::string Text() const;

 private:
  friend struct JsonReader;
  enum class Kind : std::uint8_t {
    kNull,
    kBool,
    kSigned,
    kUnsigned,
    kReal,
    kString,
    kArray,
    kObject,
  };

  Kind kind_ = Kind::kNull;
  bool bool_ = false;
  std::int64_t signed_ = 0;
  std::uint64_t unsigned_ = 0;
  double real_ = 0;
  std::string text_;
  std::vector<std::string> names_;  // of an object's members
  std::vector<Json> values_;        // the elements of an array, the members of an object
};

// On stdout.
void PrintJson(const Json& json);

}  // namespace fencepost::cli
