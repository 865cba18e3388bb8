#include "cli/report/json.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "core/rules/check.h"

namespace fencepost::cli {

// Carries a value over to the library's type.
struct JsonReader {
  using Library = nlohmann::ordered_json;

  static Library Read(const Json& json) {
    switch (json.kind_) {
      case Json::Kind::kNull:
        return nullptr;
      case Json::Kind::kBool:
        return json.bool_;
      case Json::Kind::kSigned:
        return json.signed_;
      case Json::Kind::kUnsigned:
        return json.unsigned_;
      case Json::Kind::kReal:
        return json.real_;
      case Json::Kind::kString:
        return json.text_;
      case Json::Kind::kArray:
        return ReadArray(json);
      case Json::Kind::kObject:
        return ReadObject(json);
    }
    return nullptr;
  }

  static Library ReadArray(const Json& json) {
    Library array = Library::array();
    for (const Json& element : json.values_) array.push_back(Read(element));
    return array;
  }
  static Library ReadObject(const Json& json) {
    Library object = Library::object();
    for (std::size_t i = 0; i < json.names_.size(); ++i) {
      object[json.names_[i]] = Read(json.values_[i]);
    }
    return object;
  }
};

Json::Json(bool value) : kind_(Kind::kBool), bool_(value) {}
Json::Json(double value) : kind_(Kind::kReal), real_(value) {}
Json::Json(std::string_view value) : kind_(Kind::kString), text_(value) {}
Json::Json(const Json& other) = default;
Json::Json(Json&& other) noexcept = default;
Json& Json::operator=(const Json& other) = default;
Json& Json::operator=(Json&& other) noexcept = default;
Json::~Json() = default;

Json Json::Array() {
  Json array;
  array.kind_ = Kind::kArray;
  return array;
}

Json Json::Object(std::initializer_list<Member> members) {
  Json object;
  object.kind_ = Kind::kObject;
  for (const auto& [name, value] : members) object[name] = value;
  return object;
}

Json& Json::operator[](std::string_view name) {
  if (kind_ == Kind::kNull) kind_ = Kind::kObject;
  Check(kind_ == Kind::kObject, "an object has members");
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return values_[static_cast<std::size_t>(found - names_.begin())];
  names_.emplace_back(name);
  return values_.emplace_back();
}

void Json::push_back(Json element) {
  if (kind_ == Kind::kNull) kind_ = Kind::kArray;
  Check(kind_ == Kind::kArray, "an array has elements");
  values_.push_back(std::move(element));
}

void Json::Update(const Json& other) {
  Check(other.kind_ == Kind::kObject, "an object is merged into another");
  for (std::size_t i = 0; i < other.names_.size(); ++i) {
    (*this)[other.names_[i]] = other.values_[i];
  }
}

void Json::Erase(std::string_view name) {
  Check(kind_ == Kind::kObject, "an object has members");
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return;
  values_.erase(values_.begin() + (found - names_.begin()));
  names_.erase(found);
}

std::string Json::Text() const {
  using Library = JsonReader::Library;
  return JsonReader::Read(*this).dump(-1, ' ', false, Library::error_handler_t::replace);
}

void PrintJson(const Json& json) { std::puts(json.Text().c_str()); }

}  // namespace fencepost::cli
