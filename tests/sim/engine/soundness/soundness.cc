// Runs the soundness test for as long as one likes, on programs drawn from successive seeds.
//
//   sim_soundness [--minutes N] [--seed S]    default: one minute, from seed 1
//   sim_soundness --program TEXT              one program, with each end state that is missed
//
// Exit code 1 if a reduced search differs from the plain enumeration: the program is then printed,
// shrunk, in the form that --program takes.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include "tests/sim/engine/soundness/comparison.h"
#include "tests/sim/engine/soundness/program_generator.h"
#include "tests/sim/engine/soundness/shrink_program.h"

namespace fencepost::sim {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  double minutes = 1;
  std::uint64_t seed = 1;
  std::string program;
};

struct Figures {
  std::uint64_t programs = 0;
  std::uint64_t too_large = 0;
  std::uint64_t searches = 0;
  std::uint64_t executions = 0;  // of the plain enumeration
  std::uint64_t differences = 0;
};

double ProcessorSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void Print(const Figures& figures, std::uint64_t next_seed) {
  std::printf(
      "programs %llu (too large %llu), searches compared %llu, executions enumerated %llu, "
      "differences %llu, processor time %.0f s, next seed %llu\n",
      static_cast<unsigned long long>(figures.programs),
      static_cast<unsigned long long>(figures.too_large),
      static_cast<unsigned long long>(figures.searches),
      static_cast<unsigned long long>(figures.executions),
      static_cast<unsigned long long>(figures.differences), ProcessorSeconds(),
      static_cast<unsigned long long>(next_seed));
  std::fflush(stdout);
}

void Report(const Drawn& drawn, Reduction reduction, std::uint64_t seed) {
  const SmallProgram small = Shrink(drawn.program, [&](const SmallProgram& candidate) {
    const auto plain = EnumerateEnds(candidate, drawn.bounds);
    return plain && !DifferenceOf(*plain, SearchEnds(candidate, reduction, drawn.bounds)).empty();
  });
  const auto plain = EnumerateEnds(small, drawn.bounds);
  const std::string why = DifferenceOf(*plain, SearchEnds(small, reduction, drawn.bounds));
  std::printf("seed %llu, %s, faults at most %lld: %s\n  --program '%s'\n",
              static_cast<unsigned long long>(seed), std::string(ReductionName(reduction)).c_str(),
              static_cast<long long>(drawn.bounds.faults), why.c_str(), TextOf(small).c_str());
  std::fflush(stdout);
}

int RunMany(const Options& options) {
  constexpr Reduction kReduced[] = {Reduction::kPartialOrder, Reduction::kStates};
  const auto end = Clock::now() + std::chrono::duration<double>(options.minutes * 60);
  auto next_print = Clock::now();
  Figures figures;
  std::uint64_t seed = options.seed;
  for (; Clock::now() < end; ++seed) {
    const Drawn drawn = DrawProgram(seed);
    ++figures.programs;
    const auto plain = EnumerateEnds(drawn.program, drawn.bounds);
    figures.too_large += !plain;
    for (const Reduction reduction : kReduced) {
      if (!plain) break;
      ++figures.searches;
      const Searched reduced = SearchEnds(drawn.program, reduction, drawn.bounds);
      if (DifferenceOf(*plain, reduced).empty()) continue;
      ++figures.differences;
      Report(drawn, reduction, seed);
    }
    if (plain) figures.executions += plain->executions;
    if (Clock::now() < next_print) continue;
    Print(figures, seed + 1);
    next_print = Clock::now() + std::chrono::minutes(1);
  }
  Print(figures, seed);
  return figures.differences == 0 ? 0 : 1;
}

int RunOne(const std::string& text) {
  const SmallProgram program = ProgramOf(text);
  const auto plain = EnumerateEnds(program, {});
  if (!plain) return 2;
  bool differs = false;
  std::printf("none: %llu executions, %zu ends\n",
              static_cast<unsigned long long>(plain->executions), plain->ends.size());
  for (const Reduction reduction : kAllReductions) {
    const Searched searched = SearchEnds(program, reduction, {});
    std::printf("%s: %s, %zu ends\n", std::string(ReductionName(reduction)).c_str(),
                searched.report.Sentence().c_str(), searched.ends.size());
    differs = differs || !DifferenceOf(*plain, searched).empty();
    for (const std::string& end : plain->ends) {
      if (!searched.ends.contains(end)) std::printf("  missed: %s\n", end.c_str());
    }
  }
  return differs ? 1 : 0;
}

}  // namespace
}  // namespace fencepost::sim

int main(int count, char** arguments) {
  fencepost::sim::Options options;
  for (int i = 1; i < count; i += 2) {
    const std::string_view name = arguments[i];
    const char* value = i + 1 < count ? arguments[i + 1] : nullptr;
    if (value != nullptr && name == "--minutes") {
      options.minutes = std::strtod(value, nullptr);
    } else if (value != nullptr && name == "--seed") {
      options.seed = std::strtoull(value, nullptr, 10);
    } else if (value != nullptr && name == "--program") {
      options.program = value;
    } else {
      std::fprintf(stderr, "sim_soundness [--minutes N] [--seed S] | --program TEXT\n");
      return 2;
    }
  }
  return options.program.empty() ? fencepost::sim::RunMany(options)
                                 : fencepost::sim::RunOne(options.program);
}
