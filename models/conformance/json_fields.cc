#include "models/conformance/json_fields.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "models/conformance/encode_event.h"

namespace fencepost::models {
namespace {

using Json = nlohmann::ordered_json;

const Json kNothing;

}  // namespace

void JsonFields::Wrong(const std::string& field, const std::string& what) {
  if (problem_.empty()) problem_ = absl::StrCat("the field ", field, " ", what);
}

const Json& JsonFields::At(const char* field) {
  const auto found = object_.find(field);
  if (found != object_.end()) return *found;
  Wrong(field, "is missing");
  return kNothing;
}

bool JsonFields::IsNull(const char* field) { return At(field).is_null(); }

JsonFields JsonFields::Object(const char* field) {
  const Json& value = At(field);
  if (!value.is_object()) Wrong(field, "is no object");
  return {value, problem_};
}

const Json& JsonFields::Array(const char* field) {
  const Json& value = At(field);
  if (!value.is_array()) Wrong(field, "is no array");
  return value;
}

std::string JsonFields::Text(const char* field) {
  const Json& value = At(field);
  if (value.is_string()) return value.get<std::string>();
  Wrong(field, "is no text");
  return "";
}

bool JsonFields::Flag(const char* field) {
  const Json& value = At(field);
  if (value.is_boolean()) return value.get<bool>();
  Wrong(field, "is neither true nor false");
  return false;
}

std::int64_t JsonFields::Integer(const char* field) {
  const Json& value = At(field);
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() ||
                     value.get<std::uint64_t>() <=
                         static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
  if (fits) return value.get<std::int64_t>();
  Wrong(field, "is no whole number of 64 bits");
  return 0;
}

std::uint64_t JsonFields::Unsigned(const char* field) {
  const Json& value = At(field);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  Wrong(field, "is no whole number of 64 bits without a sign");
  return 0;
}

absl::Time JsonFields::Time(const char* field) {
  const Json& value = At(field);
  if (value == kInfinitePast) return absl::InfinitePast();
  if (value == kInfiniteFuture) return absl::InfiniteFuture();
  return absl::FromUnixMicros(Integer(field));
}

absl::Duration JsonFields::Duration(const char* field) {
  if (At(field) == kInfiniteFuture) return absl::InfiniteDuration();
  return absl::Microseconds(Integer(field));
}

}  // namespace fencepost::models
