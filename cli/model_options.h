// What `fencepost model` was asked for: the action, the model, the search, and where the answer
// goes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/common_options.h"
#include "models/checker/search.h"
#include "models/lifecycle/options.h"

namespace fencepost::cli {

struct ModelOptions {
  std::string action;
  models::Options model;
  models::SearchOptions search;
  bool liveness = true;
  std::optional<absl::Duration> time;
  absl::Duration checkpoint_every = absl::Minutes(10);
  std::optional<std::string> picture;
  Output output = DefaultOutput();
  // Which options were given: not every action takes every option.
  std::vector<std::string_view> given;

  bool Has(std::string_view option) const;
};

// In the order of the help.
std::vector<Option<ModelOptions>> ModelOptionTable();

// The model is one that can be built, and the options go together. An error is one line that names
// the option.
absl::Status Check(const ModelOptions& options);

// "512M", "8G".
absl::StatusOr<std::size_t> ParseMemory(std::string_view option, std::string_view text);

}  // namespace fencepost::cli
