// The ways to choose what happens, by the names in replay files and reports.
#pragma once

#include <array>
#include <string_view>

namespace fencepost::cli {

inline constexpr std::string_view kRandomWalk = "random-walk";
inline constexpr std::string_view kPct = "pct";
inline constexpr std::string_view kPos = "pos";
inline constexpr std::string_view kGuided = "guided";
inline constexpr std::string_view kPortfolio = "portfolio";
inline constexpr std::string_view kChoiceBytes = "choice-bytes";
inline constexpr std::string_view kExhaustive = "exhaustive";
inline constexpr std::string_view kReplay = "replay";
inline constexpr std::string_view kShrunk = "shrunk";

struct StrategyInfo {
  std::string_view name;
  std::string_view commands;
  std::string_view sentence;
};
inline constexpr std::array<StrategyInfo, 9> kStrategies = {{
    {kPortfolio, "fuzz, run",
     "eight in turn, seed by seed: the three below, with no, few, usual and many faults"},
    {kRandomWalk, "fuzz, run", "every decision is drawn at random from the seed"},
    {kPct, "fuzz, run", "tasks by random priority, lowered at a few points: few, deep preemptions"},
    {kPos, "fuzz, run", "each step by a random priority of its own: samples orders of steps"},
    {kGuided, "fuzz", "mutants of executions that went somewhere new"},
    {kChoiceBytes, "run", "the bytes of a file, each one choice: what libFuzzer mutates"},
    {kExhaustive, "explore",
     "every execution, depth first, within bounds on preemptions and faults"},
    {kReplay, "replay", "the decisions of a recorded execution, found again by their names"},
    {kShrunk, "shrink, fuzz", "a failure's decisions, as few of them as it needs"},
}};

}  // namespace fencepost::cli
