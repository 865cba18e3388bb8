#include "models/lifecycle/machine.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/rules/check.h"
#include "models/lifecycle/expansion.h"

namespace fencepost::models {
namespace {

using Order = std::array<int, 3>;  // new index -> old index

// Old index -> new index.
Order Inverse(const Order& order) {
  Order by{};
  for (int i = 0; i < 3; ++i) by[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = i;
  return by;
}

int NewName(const Order& by, int old_name) { return by[static_cast<std::size_t>(old_name)]; }

State Renamed(const State& state, const Order& cp_at, const Order& worker_at, int control_planes,
              int workers) {
  const Order cp_by = Inverse(cp_at);
  const Order worker_by = Inverse(worker_at);
  State renamed;
  for (int i = 0; i < workers; ++i) {
    const int old_place = worker_at[static_cast<std::size_t>(i)];
    constexpr std::uint64_t kMask = (std::uint64_t{1} << kWorkerBits) - 1;
    renamed.words[0] |= ((state.words[0] >> (old_place * kWorkerBits)) & kMask)
                        << (i * kWorkerBits);
    if (OwnerEpoch::Get(state, old_place) != 0) {
      Owner::Set(renamed, NewName(cp_by, Owner::Get(state, old_place)), i);
    }
  }
  if (const Janitor at = JanitorAt::Get(state); at != Janitor::kNone) {
    SetJanitor(renamed, at, NewName(worker_by, JanitorWorker::Get(state)), JanitorSeen::Get(state));
  }
  for (int i = 0; i < control_planes; ++i) {
    const int old_place = cp_at[static_cast<std::size_t>(i)];
    RegistrationOf::Set(renamed, RegistrationOf::Get(state, old_place), i);
    ProcessOf::Set(renamed, ProcessOf::Get(state, old_place), i);
    for (int worker = 0; worker < workers; ++worker) {
      Cell::Set(renamed, i, NewName(worker_by, worker), Cell::Get(state, old_place, worker));
    }
    if (const Main at = MainAt::Get(state, old_place); at != Main::kNone) {
      BeginMain(renamed, i, at, NewName(worker_by, MainWorker::Get(state, old_place)),
                MainLease::Get(state, old_place));
    }
    if (const Background at = BackgroundAt::Get(state, old_place); at != Background::kNone) {
      BeginBackground(renamed, i, at, NewName(worker_by, BackgroundWorker::Get(state, old_place)),
                      BackgroundLease::Get(state, old_place));
      ReplyOfCreate::Set(renamed, ReplyOfCreate::Get(state, old_place), i);
    }
  }
  return renamed;
}

}  // namespace

Machine::Machine(const Options& options) : options_(options) {
  Check(options.Validate().ok(), "the options are within their bounds");
}

std::vector<State> Machine::Initial() const { return {State{}}; }

void Machine::Expand(const State& state, Steps<State>& steps) const {
  Expansion(options_, state, steps).All();
}

State Machine::Canonical(const State& state) const {
  State least = state;
  Order cps = {0, 1, 2};
  do {
    Order workers = {0, 1, 2};
    do {
      least =
          std::min(least, Renamed(state, cps, workers, options_.control_planes, options_.workers));
    } while (std::next_permutation(workers.begin(), workers.begin() + options_.workers));
  } while (std::next_permutation(cps.begin(), cps.begin() + options_.control_planes));
  return least;
}

void Expansion::All() {
  for (int cp = 0; cp < control_planes(); ++cp) {
    Life(cp);
    if (!Runs(cp)) continue;
    if (MainAt::Get(state_, cp) == Main::kNone) {
      BeginWork(cp);
    } else {
      MainStep(cp);
    }
    BackgroundStep(cp);
    Shutdown(cp);
  }
  JanitorStep();
  Sessions();
}

bool Expansion::WorksOn(int cp, int worker) const {
  const bool main = MainAt::Get(state_, cp) != Main::kNone && MainWorker::Get(state_, cp) == worker;
  const bool aside = BackgroundAt::Get(state_, cp) != Background::kNone &&
                     BackgroundWorker::Get(state_, cp) == worker;
  return main || aside;
}

bool Expansion::HoldsLease(int cp, int worker) const {
  if (Cell::Get(state_, cp, worker) != 0) return true;
  // A process that has not received the reply to its claim does not know that it holds a lease.
  return WorksOn(cp, worker) &&
         !(WaitsForReply(cp, worker) && MainAt::Get(state_, cp) == Main::kNone);
}

bool Expansion::WaitsForReply(int cp, int worker) const {
  return BackgroundAt::Get(state_, cp) == Background::kReply &&
         BackgroundWorker::Get(state_, cp) == worker;
}

}  // namespace fencepost::models
