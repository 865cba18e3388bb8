#include "models/lifecycle/properties.h"

#include "models/lifecycle/row_rules.h"

namespace fencepost::models {
namespace {

constexpr unsigned kInService =
    CodesOf(StateSet(WorkerState::kReserved, WorkerState::kActivating, WorkerState::kHot));
constexpr unsigned kMayHaveSession = kInService | (1U << RowCode(WorkerState::kLost));

// Whether the control plane holds a lease on the worker under the row's epoch.
bool HoldsCurrentLease(const State& state, int cp, int worker) {
  const unsigned epoch = OwnerEpoch::Get(state, worker);
  return epoch != 0 &&
         (Cell::Get(state, cp, worker) == epoch ||
          (MainWorker::Get(state, cp) == worker && MainLease::Get(state, cp) == epoch) ||
          (BackgroundWorker::Get(state, cp) == worker && BackgroundLease::Get(state, cp) == epoch));
}

}  // namespace

std::uint8_t BrokenIn(const State& state, int control_planes, int workers) {
  for (int worker = 0; worker < workers; ++worker) {
    if (PodOf::Get(state, worker) == Pod::kDeleted && !FenceLanded::Get(state, worker)) {
      return Index(Property::kFencedDelete);
    }
    if (LiveSession::Get(state, worker) && !Among(kMayHaveSession, RowState::Get(state, worker))) {
      return Index(Property::kSessionSpared);
    }
    int holders = 0;
    for (int cp = 0; cp < control_planes; ++cp) {
      if (HoldsCurrentLease(state, cp, worker)) ++holders;
    }
    if (holders > 1) return Index(Property::kOneLease);
  }
  return kNothingBroken;
}

bool IsPending(const State& state, int control_planes, int workers, LivenessProperty property) {
  if (property == LivenessProperty::kShutdownEnds) {
    for (int cp = 0; cp < control_planes; ++cp) {
      const Process process = ProcessOf::Get(state, cp);
      if (process == Process::kStopping || process == Process::kDraining) return true;
    }
    return false;
  }
  for (int worker = 0; worker < workers; ++worker) {
    const unsigned row = RowState::Get(state, worker);
    const bool ended = Among(kTerminalCodes, row);
    bool pending = false;
    switch (property) {
      case LivenessProperty::kShutdownEnds:
        break;
      case LivenessProperty::kOrphansRetired:
        pending = Among(kActiveCodes, row) && !LiveSession::Get(state, worker) &&
                  RegistrationOf::Get(state, Owner::Get(state, worker)) == Registration::kGone;
        break;
      case LivenessProperty::kPodsReaped:
        pending = ended && PodOf::Get(state, worker) == Pod::kExists;
        break;
      case LivenessProperty::kSecretsReaped:
        pending = ended && SecretExists::Get(state, worker);
        break;
      case LivenessProperty::kNothingStuck:
        pending = Among(kTransientCodes, row);
        break;
    }
    if (pending) return true;
  }
  return false;
}

bool IsAtRest(const State& state, int control_planes, int workers) {
  for (int cp = 0; cp < control_planes; ++cp) {
    if (ProcessOf::Get(state, cp) != Process::kEnded) return false;
  }
  for (int worker = 0; worker < workers; ++worker) {
    const unsigned row = RowState::Get(state, worker);
    if (row != kNoRow && !Among(kTerminalCodes, row)) return false;
    if (PodOf::Get(state, worker) == Pod::kExists || SecretExists::Get(state, worker)) return false;
  }
  return true;
}

}  // namespace fencepost::models
