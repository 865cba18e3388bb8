#include "sim/engine/replay/replay_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace fencepost::sim {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kFormat = "fencepost-replay";

std::string Hex(uint64_t value) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, 16).ptr;
  const std::string text(digits, end);
  return "0x" + std::string(16 - text.size(), '0') + text;
}

// Reads the fields of one JSON object and keeps the first error, which names the field.
class Fields {
 public:
  Fields(const json& object, std::string where, absl::Status& status)
      : object_(object), where_(std::move(where)), status_(status) {}

  // Null if it is missing (an error if required) or the type is wrong (always an error).
  const json* Find(const char* name, json::value_t type, bool required) {
    const auto found = object_.find(name);
    if (found == object_.end()) {
      if (required) Error("missing field \"" + where_ + name + "\"");
      return nullptr;
    }
    const bool fits = found->type() == type ||
                      (type == json::value_t::number_unsigned && found->is_number_unsigned());
    if (fits) return &*found;
    Error("field \"" + where_ + name + "\" must be " + TypeName(type) + ", not " +
          FoundName(*found, type));
    return nullptr;
  }

  std::string Text(const char* name, bool required = true) {
    const json* value = Find(name, json::value_t::string, required);
    return value == nullptr ? std::string() : value->get<std::string>();
  }

  // False if it is missing.
  bool Flag(const char* name) {
    const json* value = Find(name, json::value_t::boolean, false);
    return value != nullptr && value->get<bool>();
  }

  uint64_t Number(const char* name) {
    const json* value = Find(name, json::value_t::number_unsigned, true);
    return value == nullptr ? 0 : value->get<uint64_t>();
  }

  uint32_t SmallNumber(const char* name) {
    const uint64_t value = Number(name);
    if (value > UINT32_MAX) Error("field \"" + where_ + name + "\" is too large");
    return static_cast<uint32_t>(value);
  }

  uint64_t HexNumber(const char* name) {
    const std::string text = Text(name);
    if (!status_.ok()) return 0;
    uint64_t value = 0;
    const bool prefixed = text.starts_with("0x");
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data() + (prefixed ? 2 : 0), end, value, 16);
    if (!prefixed || result.ec != std::errc() || result.ptr != end) {
      Error("field \"" + where_ + name +
            "\" must be a hexadecimal string such as \"0x1f\", not \"" + text + "\"");
    }
    return value;
  }

  void Error(const std::string& sentence) {
    if (status_.ok()) status_ = absl::InvalidArgumentError(sentence);
  }

 private:
  static std::string TypeName(json::value_t type) {
    switch (type) {
      case json::value_t::string:
        return "a string";
      case json::value_t::object:
        return "an object";
      case json::value_t::array:
        return "an array";
      case json::value_t::boolean:
        return "true or false";
      default:
        return "a whole number from 0 to 18446744073709551615";
    }
  }

  // Where a number was wanted, a number that is out of its range is shown itself.
  static std::string FoundName(const json& found, json::value_t wanted) {
    const bool out_of_range = wanted == json::value_t::number_unsigned && found.is_number();
    return out_of_range ? found.dump() : found.type_name();
  }

  const json& object_;
  const std::string where_;
  absl::Status& status_;
};

absl::Status SyntaxError(const json::parse_error& error, size_t size) {
  if (error.byte > size) {
    return absl::DataLossError("the file is truncated: the JSON is not finished at its end, byte " +
                               std::to_string(size));
  }
  return absl::DataLossError("the file is not JSON: error at byte " + std::to_string(error.byte) +
                             " of " + std::to_string(size));
}

absl::Status CheckFormat(const json& root) {
  if (!root.is_object() || !root.contains("format") || root["format"] != kFormat) {
    return absl::InvalidArgumentError("the file is not a fencepost replay file");
  }
  absl::Status status;
  const uint64_t version = Fields(root, "", status).Number("version");
  if (status.ok() && version > ReplayFile::kVersion) {
    return absl::FailedPreconditionError("written by a newer fencepost (version " +
                                         std::to_string(version) + "; this one reads up to " +
                                         std::to_string(ReplayFile::kVersion) + ")");
  }
  return status;
}

void ReadChoice(const json& object, size_t index, ReplayFile& file, absl::Status& status) {
  const std::string where = "choices[" + std::to_string(index) + "]";
  if (!object.is_object()) {
    if (status.ok()) {
      status = absl::InvalidArgumentError("field \"" + where + "\" must be an object, not " +
                                          object.type_name());
    }
    return;
  }
  Fields fields(object, where + ".", status);
  Choice choice;
  const std::string kind = fields.Text("kind");
  if (const auto known = ChoiceKindNamed(kind)) {
    choice.kind = *known;
  } else {
    fields.Error("field \"" + where + ".kind\" has the unknown value \"" + kind + "\"");
  }
  choice.point = Label::Of(fields.Text("point"));
  if (object.contains("bits")) {
    choice.bits = fields.HexNumber("bits");
  } else {
    choice.chosen = Label::Of(fields.Text("chosen"));
    choice.index = fields.SmallNumber("index");
    choice.count = fields.SmallNumber("count");
    if (choice.count == 0) fields.Error("field \"" + where + ".count\" must not be 0");
  }
  file.choices.push_back(choice);
  if (object.contains("at")) file.checkpoints.push_back(fields.HexNumber("at"));
}

absl::StatusOr<ReplayFile> FromJson(const json& root) {
  if (absl::Status format = CheckFormat(root); !format.ok()) return format;
  absl::Status status;
  Fields fields(root, "", status);
  ReplayFile file;
  file.scenario = fields.Text("scenario");
  file.store = fields.Text("store");
  if (const json* parameters = fields.Find("parameters", json::value_t::object, true)) {
    Fields values(*parameters, "parameters.", status);
    for (const auto& parameter : parameters->items()) {
      file.parameters[parameter.key()] = values.Text(parameter.key().c_str());
    }
  }
  file.strategy = fields.Text("strategy");
  if (root.contains("seed")) file.seed = fields.Number("seed");
  file.hash = fields.HexNumber("hash");
  if (root.contains("property")) file.property = fields.Text("property");
  file.conform = fields.Flag("conform");
  file.revision = fields.Text("revision");
  if (const json* choices = fields.Find("choices", json::value_t::array, true)) {
    for (size_t i = 0; i < choices->size(); ++i) ReadChoice((*choices)[i], i, file, status);
  }
  if (!file.checkpoints.empty() && file.checkpoints.size() != file.choices.size()) {
    fields.Error("some of the choices have a field \"at\" and some have none");
  }
  if (!status.ok()) return status;
  return file;
}

ordered_json ToJson(const Choice& choice) {
  ordered_json object;
  object["kind"] = ChoiceKindName(choice.kind);
  object["point"] = choice.point.text();
  if (choice.is_bits()) {
    object["bits"] = Hex(choice.bits);
  } else {
    object["chosen"] = choice.chosen.text();
    object["index"] = choice.index;
    object["count"] = choice.count;
  }
  return object;
}

absl::Status FileError(const std::string& what, const std::string& path) {
  const std::string message = path + ": " + what + ": " + std::strerror(errno);
  return errno == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
}

// False with errno set if it cannot.
bool WriteWhole(int descriptor, const std::string& text) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    written += static_cast<size_t>(count);
  }
  return true;
}

}  // namespace

void ReplayFile::SetTrace(const Trace& trace) {
  hash = trace.hash();
  choices.assign(trace.choices().begin(), trace.choices().end());
  checkpoints.clear();
  for (const Checkpoint& checkpoint : trace.checkpoints()) checkpoints.push_back(checkpoint.hash);
}

// One choice per line, so that two files can be compared line by line.
std::string ReplayToJson(const ReplayFile& file) {
  ordered_json root;
  root["format"] = kFormat;
  root["version"] = ReplayFile::kVersion;
  root["scenario"] = file.scenario;
  root["store"] = file.store;
  root["parameters"] = ordered_json::object();
  for (const auto& [name, value] : file.parameters) root["parameters"][name] = value;
  root["strategy"] = file.strategy;
  if (file.seed) root["seed"] = *file.seed;
  root["hash"] = Hex(file.hash);
  if (file.property) root["property"] = *file.property;
  if (file.conform) root["conform"] = true;
  root["revision"] = file.revision;

  const auto replace = json::error_handler_t::replace;  // Bytes that are not UTF-8 must not throw.
  std::string text = "{\n";
  for (const auto& field : root.items()) {
    text += "  " + json(field.key()).dump() + ": " + field.value().dump(-1, ' ', false, replace) +
            ",\n";
  }
  text += "  \"choices\": [";
  for (size_t i = 0; i < file.choices.size(); ++i) {
    ordered_json choice = ToJson(file.choices[i]);
    if (!file.checkpoints.empty()) choice["at"] = Hex(file.checkpoints.at(i));
    text += (i == 0 ? "\n    " : ",\n    ") + choice.dump(-1, ' ', false, replace);
  }
  return text + (file.choices.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

absl::StatusOr<ReplayFile> ReplayFromJson(const std::string& text) {
  try {
    return FromJson(json::parse(text));
  } catch (const json::parse_error& error) {
    return SyntaxError(error, text.size());
  } catch (const json::exception& error) {  // e.g. a number out of range
    return absl::DataLossError(std::string("the file is not usable JSON: ") + error.what());
  }
}

absl::Status WriteReplayFile(const std::string& path, const ReplayFile& file) {
  static std::atomic<uint64_t> counter = 0;
  const std::string temporary =
      path + ".tmp." + std::to_string(getpid()) + "." + std::to_string(counter++);
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor < 0) return FileError("cannot create", path);
  bool good = WriteWhole(descriptor, ReplayToJson(file)) && fsync(descriptor) == 0;
  good = close(descriptor) == 0 && good;
  if (good && rename(temporary.c_str(), path.c_str()) == 0) return absl::OkStatus();
  absl::Status status = FileError("cannot write", path);
  unlink(temporary.c_str());
  return status;
}

absl::StatusOr<ReplayFile> ReadReplayFile(const std::string& path) {
  std::FILE* stream = std::fopen(path.c_str(), "rb");
  if (stream == nullptr) return FileError("cannot open", path);
  std::string text;
  char block[16384];
  for (size_t count; (count = std::fread(block, 1, sizeof block, stream)) > 0;) {
    text.append(block, count);
  }
  const bool failed = std::ferror(stream) != 0;
  const absl::Status read_error = failed ? FileError("cannot read", path) : absl::OkStatus();
  std::fclose(stream);
  if (failed) return read_error;
  absl::StatusOr<ReplayFile> file = ReplayFromJson(text);
  if (file.ok()) return file;
  const absl::string_view message = file.status().message();
  return absl::Status(file.status().code(),
                      path + ": " + std::string(message.data(), message.size()));
}

}  // namespace fencepost::sim
