// One search of the abstract protocol, measured once: what bench/peers/run sets beside SPIN and
// Rumur, which check the same protocol.
//
//   models_bench CONTROL_PLANES WORKERS EPOCHS [exact | compact | symmetry | liveness] [THREADS]
//
// Prints: states, steps, seconds, bytes a state (of the search's own account), what was found.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "models/lifecycle/check_machine.h"

namespace {

using fencepost::models::CheckMachine;
using fencepost::models::Machine;
using fencepost::models::MachineReport;
using fencepost::models::Options;
using fencepost::models::SearchOptions;

bool ReadNumber(std::string_view text, int& value) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

}  // namespace

int main(int argc, char** argv) {
  // What the peers' models have: everything but secrets.
  Options options{.secrets = false};
  SearchOptions search;
  const std::string_view mode = argc > 4 ? argv[4] : "exact";
  const bool known =
      mode == "exact" || mode == "compact" || mode == "symmetry" || mode == "liveness";
  if (argc < 4 || !known || !ReadNumber(argv[1], options.control_planes) ||
      !ReadNumber(argv[2], options.workers) || !ReadNumber(argv[3], options.epochs) ||
      (argc > 5 && !ReadNumber(argv[5], search.threads)) || !options.Validate().ok() ||
      search.threads < 1) {
    std::fprintf(stderr,
                 "models_bench: give CONTROL_PLANES WORKERS EPOCHS, each from 1 to 3, then exact, "
                 "compact, symmetry or liveness, then the number of threads\n");
    return 2;
  }
  search.compaction = mode == "compact";
  search.symmetry = mode == "symmetry";
  const auto begin = std::chrono::steady_clock::now();
  const MachineReport report = CheckMachine(Machine(options), search, mode == "liveness");
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  std::printf("%llu\t%llu\t%.3f\t%.1f\t%s\n", static_cast<unsigned long long>(report.search.states),
              static_cast<unsigned long long>(report.search.steps), spent.count(),
              report.search.bytes_per_state(), report.clean() ? "nothing" : "something");
  return report.clean() ? 0 : 1;
}
