// Executions until the bug is found, for each program and strategy: the median over the seeds, the
// geometric mean over the programs, and the programs that were missed.
//
//   concurrency_bench [--seeds N] [--limit N] [--only NAME,...] [--strategy NAME,...]
//   [--none-missed]
//
// A search that does not find the bug within the limit counts as limit + 1, and a program counts as
// missed if at least half of the searches did. The execution that makes the profile counts as the
// first of those strategies that use it. safe_stack is not part of the mean, since it is expected
// to need more than the usual limit. With --none-missed the exit code is 1 if a strategy missed
// another program.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/concurrency/programs.h"
#include "sim/engine/strategies/partial_order_sampling.h"
#include "sim/engine/strategies/portfolio.h"
#include "sim/engine/strategies/random_walk.h"
#include "sim/engine/strategies/reads_from.h"
#include "sim/engine/strategies/uniform_walk.h"

namespace fencepost::bench {
namespace {

using Profile = std::shared_ptr<const sim::ProgramProfile>;

constexpr std::string_view kNotInTheMean = "safe_stack";
constexpr std::uint64_t kSeedsApart = 10'000'000;  // no two searches have a seed in common

template <typename Strategy>
std::unique_ptr<sim::Strategy> OfSeed(std::uint64_t seed, const Profile&) {
  return std::make_unique<Strategy>(seed);
}
template <typename Strategy>
std::unique_ptr<sim::Strategy> OfProfile(std::uint64_t seed, const Profile& profile) {
  return std::make_unique<Strategy>(seed, profile);
}

struct StrategyOfTheBench {
  std::string name;
  bool uses_profile;
  std::unique_ptr<sim::Strategy> (*make)(std::uint64_t seed, const Profile& profile);
};

const std::vector<StrategyOfTheBench>& Strategies() {
  static const std::vector<StrategyOfTheBench> kAll = {
      {"random-walk", false, OfSeed<sim::RandomWalk>},
      {"pct", true,
       [](std::uint64_t seed, const Profile& profile) {
         return sim::PctOfSomeDepth(seed, profile);
       }},
      {"pos", false, OfSeed<sim::PartialOrderSampling>},
      {"urw", true, OfProfile<sim::UniformWalk>},
      {"surw", true, OfProfile<sim::SelectivelyUniformWalk>},
      {"reads-from", true, OfProfile<sim::ReadsFrom>},
      {"portfolio", true,
       [](std::uint64_t seed, const Profile& profile) {
         return sim::PortfolioStrategy(seed, profile);
       }},
  };
  return kAll;
}

bool IsBug(sim::End end) { return end == sim::End::kFailed || end == sim::End::kDeadlock; }

class Bench {
 public:
  explicit Bench(std::uint64_t limit) : limit_(limit) {}

  // limit + 1: the bug was not found.
  std::uint64_t ExecutionsToTheBug(const Program& program, const StrategyOfTheBench& strategy,
                                   std::uint64_t base) {
    std::uint64_t executions = 0;
    auto profile = std::make_shared<sim::ProgramProfile>();
    if (strategy.uses_profile) {
      sim::Profiler profiler(base);
      ++executions;
      if (IsBug(Execute(program, profiler))) return executions;
      *profile = profiler.Profile();
    }
    for (std::uint64_t seed = base * kSeedsApart + 1; executions < limit_; ++seed) {
      ++executions;
      if (IsBug(Execute(program, *strategy.make(seed, profile)))) return executions;
    }
    return limit_ + 1;
  }

  std::uint64_t executions() const { return executions_; }

 private:
  sim::End Execute(const Program& program, sim::Strategy& strategy) {
    ++executions_;
    return engine_
        .Execute(strategy,
                 [&] {
                   try {
                     Threads threads(engine_);
                     program.run(threads);
                   } catch (const Ended&) {
                   }
                 })
        .end;
  }

  const std::uint64_t limit_;
  std::uint64_t executions_ = 0;
  sim::Engine engine_{{.step_limit = 5000}};  // of some thousands that a spinning thread may take
};

struct Options {
  std::uint64_t seeds = 20;
  std::uint64_t limit = 10'000;
  std::string only;
  std::string strategies;
  bool none_missed = false;
};

bool Listed(std::string_view list, std::string_view name) {
  return list.empty() ||
         ("," + std::string(list) + ",").find("," + std::string(name) + ",") != std::string::npos;
}

std::optional<Options> Parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    if (name == "--none-missed") {
      options.none_missed = true;
      --i;
      continue;
    }
    if (i + 1 == count) return std::nullopt;
    const char* const value = arguments[i + 1];
    if (name == "--seeds") {
      options.seeds = std::strtoull(value, nullptr, 10);
    } else if (name == "--limit") {
      options.limit = std::strtoull(value, nullptr, 10);
    } else if (name == "--only") {
      options.only = value;
    } else if (name == "--strategy") {
      options.strategies = value;
    } else {
      return std::nullopt;
    }
  }
  if (options.seeds == 0 || options.limit == 0) return std::nullopt;
  return options;
}

struct Column {
  const StrategyOfTheBench* strategy = nullptr;
  double logarithms = 0;
  int programs = 0;
  int missed = 0;  // without safe_stack
  double seconds = 0;
  std::uint64_t executions = 0;
};

// "7" or "> 10000 (3 of 20)".
std::string Cell(std::vector<std::uint64_t> counts, const Program& program, const Options& options,
                 Column& column) {
  std::sort(counts.begin(), counts.end());
  const double median = (static_cast<double>(counts[(counts.size() - 1) / 2]) +
                         static_cast<double>(counts[counts.size() / 2])) /
                        2;
  const auto found = std::count_if(counts.begin(), counts.end(), [&](std::uint64_t executions) {
    return executions <= options.limit;
  });
  if (program.name != kNotInTheMean) {
    column.logarithms += std::log(median);
    ++column.programs;
  }
  const bool missed = 2 * static_cast<std::size_t>(found) <= counts.size();
  column.missed += missed && program.name != kNotInTheMean;
  const std::string text =
      missed ? fmt::format("> {}", options.limit) : fmt::format("{:.4g}", median);
  const bool all = static_cast<std::size_t>(found) == counts.size();
  return all ? text : fmt::format("{} ({} of {})", text, found, counts.size());
}

// False: a strategy missed a program.
bool Print(const Options& options) {
  std::vector<Column> columns;
  std::string head = "| program |";
  std::string rule = "| --- |";
  for (const StrategyOfTheBench& strategy : Strategies()) {
    if (!Listed(options.strategies, strategy.name)) continue;
    columns.emplace_back().strategy = &strategy;
    head += fmt::format(" {} |", strategy.name);
    rule += " ---: |";
  }
  fmt::print("{}\n{}\n", head, rule);
  for (const Program& program : Programs()) {
    if (!Listed(options.only, program.name)) continue;
    std::string row = fmt::format("| {} |", program.name);
    for (Column& column : columns) {
      const auto begin = std::chrono::steady_clock::now();
      Bench bench(options.limit);
      std::vector<std::uint64_t> counts;
      for (std::uint64_t base = 1; base <= options.seeds; ++base) {
        counts.push_back(bench.ExecutionsToTheBug(program, *column.strategy, base));
      }
      row += fmt::format(" {} |", Cell(std::move(counts), program, options, column));
      column.executions += bench.executions();
      column.seconds +=
          std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    }
    fmt::print("{}\n", row);
    std::fflush(stdout);
  }
  std::string means = "| geometric mean |";
  std::string missed = "| missed |";
  std::string rates = "| executions a second |";
  for (const Column& column : columns) {
    means += fmt::format(" {:.3g} |", std::exp(column.logarithms / std::max(1, column.programs)));
    missed += fmt::format(" {} |", column.missed);
    rates += fmt::format(" {:.0f} |", static_cast<double>(column.executions) / column.seconds);
  }
  fmt::print("{}\n{}\n{}\n", means, missed, rates);
  return std::ranges::all_of(columns, [](const Column& column) { return column.missed == 0; });
}

}  // namespace
}  // namespace fencepost::bench

int main(int count, char** arguments) {
  const auto options = fencepost::bench::Parse(count, arguments);
  if (!options) {
    fmt::print(stderr,
               "usage: concurrency_bench [--seeds N] [--limit N] [--only NAME,...] "
               "[--strategy NAME,...] [--none-missed]\n");
    return 2;
  }
  const bool none_missed = fencepost::bench::Print(*options);
  return options->none_missed && !none_missed ? 1 : 0;
}
