#include "cli/model_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <vector>

#include "absl/status/status.h"
#include "cli/arguments.h"
#include "scenarios/nearest_name.h"

namespace fencepost::cli {
namespace {

absl::Status Wrong(const std::string& sentence) { return absl::InvalidArgumentError(sentence); }

struct SizeOption {
  std::string_view option;
  int models::Options::*size;
};
constexpr std::array<SizeOption, 3> kSizes = {{
    {"--control-planes", &models::Options::control_planes},
    {"--workers", &models::Options::workers},
    {"--epochs", &models::Options::epochs},
}};

struct Part {
  std::string_view name;
  bool models::Options::*part;
};
constexpr std::array<Part, 5> kParts = {{
    {"sessions", &models::Options::sessions},
    {"secrets", &models::Options::secrets},
    {"crashes", &models::Options::crashes},
    {"pauses", &models::Options::pauses},
    {"lost-replies", &models::Options::lost_replies},
}};

absl::Status Unknown(std::string_view what, const std::string& name,
                     const std::vector<std::string_view>& names) {
  const std::string_view nearest = NearestName(name, names);
  return Wrong(
      nearest.empty()
          ? fmt::format("there is no {} \"{}\"; there are: {}", what, name, fmt::join(names, ", "))
          : fmt::format("there is no {} \"{}\"; did you mean {}?", what, name, nearest));
}

absl::Status LeaveOut(const std::string& list, models::Options& options) {
  std::vector<std::string_view> names;
  for (const Part& part : kParts) names.push_back(part.name);
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    begin = end + 1;
    bool known = name == "faults";
    if (known) options.crashes = options.pauses = options.lost_replies = false;
    for (const Part& part : kParts) {
      if (part.name != name) continue;
      options.*part.part = false;
      known = true;
    }
    if (!known) return Unknown("part of the model", name, names);
  }
  return absl::OkStatus();
}

absl::StatusOr<models::Options> ModelOf(const GivenArguments& given) {
  models::Options options;
  for (const SizeOption& size : kSizes) {
    const std::string* text = given.Find(size.option);
    if (text == nullptr) continue;
    const auto value = ParseNumber(size.option, *text);
    if (!value.ok()) return value.status();
    options.*size.size = static_cast<int>(std::min<std::uint64_t>(*value, 1000));
  }
  if (const std::string* list = given.Find("--without")) {
    if (absl::Status left = LeaveOut(*list, options); !left.ok()) return left;
  }
  if (const std::string* name = given.Find("--planted-bug")) {
    const auto bug = models::ParsePlantedBug(*name);
    std::vector<std::string_view> names;
    for (const models::PlantedBugInfo& info : models::AllPlantedBugs()) names.push_back(info.name);
    if (!bug) return Unknown("planted bug", *name, names);
    options.planted_bug = *bug;
  }
  if (absl::Status valid = options.Validate(); !valid.ok()) return valid;
  return options;
}

absl::Status ReadSearch(const GivenArguments& given, ModelRequest& request) {
  models::SearchOptions& search = request.search;
  if (given.Has("--depth-first")) search.order = models::SearchOrder::kDepthFirst;
  search.symmetry = given.Has("--symmetry");
  search.compaction = given.Has("--compaction");
  request.liveness = !given.Has("--safety");
  if (const std::string* text = given.Find("--jobs")) {
    const auto jobs = ParseNumber("--jobs", *text);
    if (!jobs.ok()) return jobs.status();
    if (*jobs < 1 || *jobs > 1024) return Wrong("--jobs needs a number from 1 to 1024");
    search.threads = static_cast<int>(*jobs);
  }
  if (const std::string* text = given.Find("--memory")) {
    const auto memory = ParseMemory("--memory", *text);
    if (!memory.ok()) return memory.status();
    search.memory_limit = *memory;
  }
  if (const std::string* text = given.Find("--time")) {
    const auto time = ParseDuration("--time", *text);
    if (!time.ok()) return time.status();
    request.time = *time;
  }
  if (const std::string* path = given.Find("--checkpoint")) search.checkpoint = *path;
  if (const std::string* text = given.Find("--checkpoint-every")) {
    const auto every = ParseDuration("--checkpoint-every", *text);
    if (!every.ok()) return every.status();
    request.checkpoint_every = *every;
  }
  search.resume = given.Has("--resume");
  return absl::OkStatus();
}

absl::Status CheckTogether(const GivenArguments& given, const ModelRequest& request) {
  const models::SearchOptions& search = request.search;
  if (given.Has("--resume") && search.checkpoint.empty()) {
    return Wrong("--resume needs the file to go on from: --checkpoint FILE");
  }
  const bool depth_first = search.order == models::SearchOrder::kDepthFirst;
  if (depth_first && !search.checkpoint.empty()) {
    return Wrong("--checkpoint is for breadth first: leave out --depth-first");
  }
  if (depth_first && search.threads > 1) {
    return Wrong("--depth-first goes on one core: leave out --jobs");
  }
  for (const char* option : {"--symmetry", "--compaction", "--depth-first"}) {
    if (request.liveness && given.Has(option)) {
      return Wrong(
          fmt::format("{} is for safety alone: liveness needs every state by its own "
                      "name; add --safety",
                      option));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ModelRequest> ModelRequestOf(const GivenArguments& given) {
  ModelRequest request;
  const auto model = ModelOf(given);
  if (!model.ok()) return model.status();
  request.model = *model;
  if (absl::Status read = ReadSearch(given, request); !read.ok()) return read;
  if (absl::Status together = CheckTogether(given, request); !together.ok()) return together;
  return request;
}

absl::StatusOr<std::size_t> ParseMemory(std::string_view option, std::string_view text) {
  const auto wrong = [&] {
    return Wrong(
        fmt::format("{} needs an amount of memory from 16M to 9999G, not \"{}\"", option, text));
  };
  if (text.size() < 2 || text.size() > 5) return wrong();
  const int shift = text.back() == 'M' ? 20 : text.back() == 'G' ? 30 : 0;
  const auto amount = ParseNumber(option, text.substr(0, text.size() - 1));
  if (shift == 0 || !amount.ok()) return wrong();
  const std::size_t bytes = static_cast<std::size_t>(*amount) << shift;
  if (bytes < (std::size_t{16} << 20)) return wrong();
  return bytes;
}

std::string ModelOptionsText(const models::Options& options) {
  std::string text;
  for (const SizeOption& size : kSizes) {
    text += fmt::format(" {} {}", size.option, options.*size.size);
  }
  std::vector<std::string_view> without;
  for (const Part& part : kParts) {
    if (!(options.*part.part)) without.push_back(part.name);
  }
  if (!without.empty()) text += fmt::format(" --without {}", fmt::join(without, ","));
  for (const models::PlantedBugInfo& info : models::AllPlantedBugs()) {
    if (info.planted_bug == options.planted_bug)
      text += fmt::format(" --planted-bug {}", info.name);
  }
  return text;
}

}  // namespace fencepost::cli
