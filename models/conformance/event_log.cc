#include "models/conformance/event_log.h"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "models/conformance/decode_event.h"
#include "models/conformance/encode_event.h"

namespace fencepost::models {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "fencepost event log";

absl::Status Wrong(std::uint64_t line, const std::string& reason) {
  return absl::InvalidArgumentError(absl::StrCat("line ", line, ": ", reason));
}

// The reason why the header is wrong; empty if it is right.
std::string WrongHeader(const Json& json) {
  if (!json.is_object() || json.value("format", Json()) != kFormat) {
    return "this is no event log of fencepost";
  }
  const Json version = json.value("version", Json());
  if (!version.is_number_unsigned() || version == 0U) return "the version is no number above 0";
  if (version > kEventLogVersion) {
    return absl::StrCat("version ", version.dump(), " is newer than the ", kEventLogVersion,
                        " that this program reads");
  }
  return "";
}

// Turns lines of version 1 into lines of version 2.
class UpgradeFromVersion1 {
 public:
  // False when the line has no counterpart.
  bool Apply(Json& json) {
    const Json event = json.value("event", Json());
    const Json uid = json.value("uid", Json());
    if (event == "fence_minted") {
      fenced_.insert(uid);
      return false;
    }
    if (event == "pod_deleted") json["named_uid"] = fenced_.contains(uid) ? uid : Json("");
    return true;
  }

 private:
  std::set<Json> fenced_;
};

// Sessions had neither an org nor a holder in version 2.
void UpgradeFromVersion2(Json& json) {
  if (json.value("event", Json()) != "session_changed") return;
  json["org"] = "";
  json["holder"] = OperationId{}.ToString();
}

}  // namespace

EventLogWriter::EventLogWriter(std::ostream& log) : log_(log) {
  log_ << Json{{"format", kFormat}, {"version", kEventLogVersion}}.dump() << '\n';
}

void EventLogWriter::On(const Event& event) {
  const std::optional<Json> json = EncodeEvent(event);
  if (json) log_ << json->dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

absl::Status ReadEventLog(std::istream& log, EventLogListener& listener) {
  std::uint64_t line = 0;
  std::uint64_t version = kEventLogVersion;
  UpgradeFromVersion1 upgrade;
  for (std::string text; std::getline(log, text);) {
    ++line;
    const bool whole = !log.eof();
    Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (line == 1) {
      if (const std::string wrong = WrongHeader(json); !wrong.empty()) return Wrong(line, wrong);
    }
    if (!whole) return Wrong(line, "the log is truncated in the middle of the line");
    if (line == 1) {
      version = json["version"];
      continue;
    }
    if (!json.is_object()) return Wrong(line, "this is no JSON object");
    if (version == 1 && !upgrade.Apply(json)) continue;
    if (version <= 2) UpgradeFromVersion2(json);
    EventParts parts;
    const absl::Status decoded = DecodeEvent(json, parts);
    if (!decoded.ok()) return Wrong(line, std::string(decoded.message()));
    if (!listener.OnEvent(line, Event{parts.source, parts.activity, *parts.body})) {
      return absl::OkStatus();
    }
  }
  if (log.bad()) return Wrong(line + 1, "it cannot be read");
  if (line == 0) return Wrong(1, "the log is truncated: it is empty");
  return absl::OkStatus();
}

}  // namespace fencepost::models
