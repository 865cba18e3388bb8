// ReplayFile: one execution on disk, as JSON: what was run, and each choice with the name of what
// it chose. The format is versioned ("format": "fencepost-replay", "version": 1); unknown fields
// are ignored, newer versions are refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/engine/choice.h"
#include "sim/engine/trace.h"

namespace fencepost::sim {

struct ReplayFile {
  static constexpr int kVersion = 1;

  std::string scenario;
  std::string store;
  std::map<std::string, std::string> parameters;
  std::string strategy;
  std::optional<uint64_t> seed;
  uint64_t hash = 0;                    // of the trace
  std::optional<std::string> property;  // what failed
  bool conform = false;                 // conformance with the model was judged, too
  std::string revision;                 // of the program that wrote it
  std::vector<Choice> choices;
  // The running hash before each choice (Checkpoint::hash), to find the first step at which a
  // replay differs. Empty if the file has none; otherwise one for each choice.
  std::vector<uint64_t> checkpoints;

  // Sets hash, choices and checkpoints.
  void SetTrace(const Trace& trace);

  friend bool operator==(const ReplayFile&, const ReplayFile&) = default;
};

// Writes a temporary file beside `path` and renames it: `path` never holds half a file.
absl::Status WriteReplayFile(const std::string& path, const ReplayFile& file);

// Errors: NotFound (cannot open), DataLoss (truncated or not JSON, with the byte offset),
// InvalidArgument (not a replay file, a field missing or of the wrong type, named),
// FailedPrecondition (written by a newer version). Messages begin with the path.
absl::StatusOr<ReplayFile> ReadReplayFile(const std::string& path);

// The same, without a file; errors do not name one.
std::string ReplayToJson(const ReplayFile& file);
absl::StatusOr<ReplayFile> ReplayFromJson(const std::string& text);

}  // namespace fencepost::sim
