// Reads the fields of a JSON object. Each field must be present and of the right type. The first
// error is recorded; the values that are read from then on are unspecified.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "core/rules/name.h"

namespace fencepost::models {

class JsonFields {
 public:
  // `problem` holds the first error, and is shared by the objects of a line. Both arguments must
  // outlive this object.
  JsonFields(const nlohmann::ordered_json& object, std::string& problem)
      : object_(object), problem_(problem) {}

  bool ok() const { return problem_.empty(); }

  bool IsNull(const char* field);
  JsonFields Object(const char* field);
  const nlohmann::ordered_json& Array(const char* field);

  std::string Text(const char* field);
  bool Flag(const char* field);
  std::int64_t Integer(const char* field);
  std::uint64_t Unsigned(const char* field);
  absl::Time Time(const char* field);
  absl::Duration Duration(const char* field);

  template <class Tag>
  void Read(const char* field, Name<Tag>& name) {
    name = Name<Tag>(Text(field));
  }
  template <class Number>
  void Read(const char* field, Number& number) {
    number = Number{Integer(field)};
  }
  // Reads a value by its name, with a function that parses the name.
  template <class Value, class Parse>
  void Read(const char* field, Value& value, Parse parse) {
    const std::optional<Value> parsed = parse(Text(field));
    if (parsed) value = *parsed;
    if (!parsed) Wrong(field, "has no such value");
  }

  void Wrong(const std::string& field, const std::string& what);

 private:
  const nlohmann::ordered_json& At(const char* field);

  const nlohmann::ordered_json& object_;
  std::string& problem_;
};

}  // namespace fencepost::models
