#include "cli/model_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "scenarios/nearest_name.h"

namespace fencepost::cli {
namespace {

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
  return BadUsage(
      nearest.empty()
          ? fmt::format("there is no {} \"{}\"; there are: {}", what, name, fmt::join(names, ", "))
          : fmt::format("there is no {} \"{}\"; did you mean {}?", what, name, nearest));
}

absl::Status LeaveOut(models::Options& model, const std::string& list) {
  std::vector<std::string_view> names;
  for (const Part& part : kParts) names.push_back(part.name);
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    begin = end + 1;
    bool known = name == "faults";
    if (known) model.crashes = model.pauses = model.lost_replies = false;
    for (const Part& part : kParts) {
      if (part.name != name) continue;
      model.*part.part = false;
      known = true;
    }
    if (!known) return Unknown("part of the model", name, names);
  }
  return absl::OkStatus();
}

absl::Status PlantBug(models::Options& model, const std::string& name) {
  const auto bug = models::ParsePlantedBug(name);
  std::vector<std::string_view> names;
  for (const models::PlantedBugInfo& info : models::AllPlantedBugs()) names.push_back(info.name);
  if (!bug) return Unknown("planted bug", name, names);
  model.planted_bug = *bug;
  return absl::OkStatus();
}

// The setter of a member, which also notes that the option was given.
Setter<ModelOptions> Noted(Setter<ModelOptions> set) {
  return [set = std::move(set)](ModelOptions& options, std::string_view option,
                                const std::string& text) {
    options.given.push_back(option);
    return set(options, option, text);
  };
}

Setter<ModelOptions> SetSize(int models::Options::*size) {
  return [size](ModelOptions& options, std::string_view option,
                const std::string& text) -> absl::Status {
    const auto value = ParseNumber(option, text);
    // Any number beyond the largest model is refused with the same words.
    if (value.ok()) options.model.*size = static_cast<int>(std::min<std::uint64_t>(*value, 1000));
    return value.status();
  };
}

absl::Status SetJobs(ModelOptions& options, std::string_view option, const std::string& text) {
  const auto jobs = ParseNumber(option, text);
  if (!jobs.ok()) return jobs.status();
  if (*jobs < 1 || *jobs > 1024) return BadUsage("--jobs needs a number from 1 to 1024");
  options.search.threads = static_cast<int>(*jobs);
  return absl::OkStatus();
}

absl::Status SetMemory(ModelOptions& options, std::string_view option, const std::string& text) {
  const auto memory = ParseMemory(option, text);
  if (memory.ok()) options.search.memory_limit = *memory;
  return memory.status();
}

// A search of hours must not find at its end that its checkpoint cannot be written.
absl::Status CheckCheckpoint(const models::SearchOptions& search) {
  const std::string& path = search.checkpoint;
  if (path.empty() || search.resume) return absl::OkStatus();
  const bool existed = access(path.c_str(), F_OK) == 0;
  const bool writable = std::ofstream(path, std::ios::binary | std::ios::app).good();
  if (!writable) {
    return BadUsage(
        fmt::format("--checkpoint {}: cannot be written: {}", path, std::strerror(errno)));
  }
  if (!existed) unlink(path.c_str());
  return absl::OkStatus();
}

}  // namespace

bool ModelOptions::Has(std::string_view option) const {
  return std::find(given.begin(), given.end(), option) != given.end();
}

std::vector<Option<ModelOptions>> ModelOptionTable() {
  using Options = ModelOptions;
  using models::SearchOptions;
  std::vector<Option<Options>> table = {
      {{"--control-planes", "N", "1 to 3 (default 2)"}, SetSize(&models::Options::control_planes)},
      {{"--workers", "N", "1 to 3 (default 1)"}, SetSize(&models::Options::workers)},
      {{"--epochs", "N", "1 to 3: no lease is renewed beyond (default 3)"},
       SetSize(&models::Options::epochs)},
      {{"--without", "LIST",
        "leave out parts: sessions, secrets, crashes, pauses, lost-replies, faults (all three)"},
       [](Options& options, std::string_view, const std::string& text) {
         return LeaveOut(options.model, text);
       }},
      {{"--planted-bug", "NAME",
        "a protocol that is wrong in one way; see: fencepost model explain"},
       [](Options& options, std::string_view, const std::string& text) {
         return PlantBug(options.model, text);
       }},
      {{"--safety", "", "safety alone, without liveness"},
       [](Options& options, std::string_view, const std::string&) {
         options.liveness = false;
         return absl::OkStatus();
       }},
      {{"--symmetry", "", "one state for all that differ by names alone (with --safety)"},
       Set(&Options::search, &SearchOptions::symmetry)},
      {{"--compaction", "", "keep fingerprints and say what may have been omitted (with --safety)"},
       Set(&Options::search, &SearchOptions::compaction)},
      {{"--depth-first", "", "depth first, on one core (with --safety)"},
       [](Options& options, std::string_view, const std::string&) {
         options.search.order = models::SearchOrder::kDepthFirst;
         return absl::OkStatus();
       }},
      {{"--jobs", "N", "cores (default 1)"}, SetJobs},
      {{"--memory", "SIZE", "stop clearly beyond it: 512M, 8G (default 8G)"}, SetMemory},
      {{"--time", "T", "stop after T (60s, 5m)"}, Set(&Options::time)},
      {{"--checkpoint", "FILE", "write the search there, now and then and when time is over"},
       Set(&Options::search, &SearchOptions::checkpoint)},
      {{"--checkpoint-every", "T", "how often (default 10m)"}, Set(&Options::checkpoint_every)},
      {{"--resume", "", "go on from the checkpoint"},
       Set(&Options::search, &SearchOptions::resume)},
      {{"--picture", "NAME", "for Graphviz: lifecycle or row (graph), run (explain)"},
       Set(&Options::picture)},
      {kJson, Set(&Options::output, &Output::json)}};
  for (Option<Options>& option : table) option.set = Noted(std::move(option.set));
  return table;
}

absl::Status Check(const ModelOptions& options) {
  if (absl::Status valid = options.model.Validate(); !valid.ok()) return valid;
  const models::SearchOptions& search = options.search;
  if (search.resume && search.checkpoint.empty()) {
    return BadUsage("--resume needs the file to go on from: --checkpoint FILE");
  }
  const bool depth_first = search.order == models::SearchOrder::kDepthFirst;
  if (depth_first && !search.checkpoint.empty()) {
    return BadUsage("--checkpoint is for breadth first: leave out --depth-first");
  }
  if (depth_first && search.threads > 1) {
    return BadUsage("--depth-first goes on one core: leave out --jobs");
  }
  for (const char* option : {"--symmetry", "--compaction", "--depth-first"}) {
    if (options.liveness && options.Has(option)) {
      return BadUsage(fmt::format(
          "{} is for safety alone: liveness needs every state by its own name; add --safety",
          option));
    }
  }
  return CheckCheckpoint(search);
}

absl::StatusOr<std::size_t> ParseMemory(std::string_view option, std::string_view text) {
  const auto wrong = [&] {
    return BadUsage(
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

}  // namespace fencepost::cli
