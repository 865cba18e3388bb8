// What `fencepost model` was asked for: the model, the search, and where the answer goes.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/given_arguments.h"
#include "models/checker/search.h"
#include "models/lifecycle/options.h"

namespace fencepost::cli {

struct ModelRequest {
  models::Options model;
  models::SearchOptions search;
  bool liveness = true;
  std::optional<absl::Duration> time;
  absl::Duration checkpoint_every = absl::Minutes(10);
};

// An error is one line that names the option.
absl::StatusOr<ModelRequest> ModelRequestOf(const GivenArguments& given);

// "512M", "8G".
absl::StatusOr<std::size_t> ParseMemory(std::string_view option, std::string_view text);

// The options that make the model, as they are given on a command line.
std::string ModelOptionsText(const models::Options& options);

}  // namespace fencepost::cli
