#include "cli/report/json.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace fencepost::cli {

// Carries a value over to the library's type.
struct JsonReader {
  using Library = nlohmann::ordered_json;

  static Library Read(const Json& json) { return std::visit(JsonReader(), json.value_); }

  template <class Scalar>
  Library operator()(const Scalar& value) const {
    return value;
  }
  Library operator()(const Json::Elements& elements) const {
    Library array = Library::array();
    for (const Json& element : elements) array.push_back(Read(element));
    return array;
  }
  Library operator()(const Json::Members& members) const {
    Library object = Library::object();
    for (const auto& [name, value] : members) object[name] = Read(value);
    return object;
  }
};

Json& Json::operator[](std::string_view name) {
  if (std::holds_alternative<std::nullptr_t>(value_)) value_ = Members();
  auto& members = std::get<Members>(value_);
  const auto found = std::find_if(members.begin(), members.end(),
                                  [name](const Member& member) { return member.first == name; });
  if (found != members.end()) return found->second;
  return members.emplace_back(std::string(name), Json()).second;
}

void Json::push_back(Json element) {
  if (std::holds_alternative<std::nullptr_t>(value_)) value_ = Elements();
  std::get<Elements>(value_).push_back(std::move(element));
}

void Json::Update(const Json& other) {
  for (const auto& [name, value] : std::get<Members>(other.value_)) (*this)[name] = value;
}

void Json::Erase(std::string_view name) {
  std::erase_if(std::get<Members>(value_),
                [name](const Member& member) { return member.first == name; });
}

std::string Json::Text() const {
  using Library = JsonReader::Library;
  return JsonReader::Read(*this).dump(-1, ' ', false, Library::error_handler_t::replace);
}

void PrintJson(const Json& json) { std::puts(json.Text().c_str()); }

}  // namespace fencepost::cli
