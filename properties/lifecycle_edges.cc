#include "properties/lifecycle_edges.h"

#include <algorithm>
#include <cstddef>

#include "core/rules/check.h"

namespace fencepost::properties {
namespace {

using enum WorkerState;

std::vector<OperationAccount> WriteAccounts() {
  const StateSet in_service{kSpawning, kIdle, kReserved, kActivating, kHot, kHotIdle};
  const StateSet not_ended{kSpawning, kIdle, kReserved, kActivating, kHot, kHotIdle, kDraining};
  const StateSet refreshable{kIdle, kHot, kHotIdle};
  return {
      {.operation = Operation::kCreateOrgSlot,
       .edges = {{StateSet(), kSpawning}},
       .raises_epoch = true,
       .may_set_owner = true,
       .may_set_org = true},
      {.operation = Operation::kCreateWarmSlot,
       .edges = {{StateSet(), kSpawning}},
       .raises_epoch = true,
       .may_set_owner = true,
       .may_set_org = true},
      {.operation = Operation::kPublishIdle,
       .edges = {{StateSet(kSpawning), kIdle}},
       .compares = Belief::kLease,
       .may_set_pod_uid = true},
      {.operation = Operation::kPublishReserved,
       .edges = {{StateSet(kSpawning), kReserved}},
       .compares = Belief::kLease,
       .may_set_pod_uid = true},
      {.operation = Operation::kClaimIdle,
       .edges = {{StateSet(kIdle), kReserved}},
       .raises_epoch = true,
       .may_set_owner = true,
       .may_set_org = true},
      {.operation = Operation::kClaimHotIdle,
       .edges = {{StateSet(kHotIdle), kReserved}},
       .raises_epoch = true,
       .may_set_owner = true,
       .may_set_org = true},
      {.operation = Operation::kTakeOver,
       .edges = {{StateSet(kHot), kReserved}},
       .compares = Belief::kEpoch,
       .owner = OwnerMustBe::kGone,
       .raises_epoch = true,
       .may_set_owner = true},
      {.operation = Operation::kBeginActivation,
       .edges = {{StateSet(kReserved), kActivating}},
       .compares = Belief::kLease,
       .may_set_activation = true},
      {.operation = Operation::kFinishActivation,
       .edges = {{StateSet(kActivating), kHot}},
       .compares = Belief::kLease,
       .may_set_credentials = true},
      {.operation = Operation::kPark,
       .edges = {{StateSet(kHot), kHotIdle}},
       .compares = Belief::kLease,
       .sessions = SessionsMustBe::kNotLive},
      {.operation = Operation::kRefreshLease,
       .edges = {{refreshable, std::nullopt}},
       .compares = Belief::kLease,
       .only_of_an_org = true,
       .raises_epoch = true},
      {.operation = Operation::kStampCredentials,
       .edges = {{refreshable, std::nullopt}},
       .compares = Belief::kLease,
       .only_of_an_org = true,
       .may_set_credentials = true},
      {.operation = Operation::kDrain,
       .edges = {{in_service, kDraining}},
       .compares = Belief::kLease,
       .sessions = SessionsMustBe::kNotLiveIfAsked,
       .may_set_reason = true},
      {.operation = Operation::kRetireDrained,
       .edges = {{StateSet(kDraining), kRetired}},
       .compares = Belief::kLease,
       .may_set_reason = true},
      {.operation = Operation::kMarkLost,
       .edges = {{in_service, kLost}},
       .compares = Belief::kLease,
       .may_set_reason = true},
      {.operation = Operation::kRetireFromSnapshot,
       .edges = {{not_ended, kRetired}, {in_service, kLost}},
       .compares = Belief::kSnapshot,
       .sessions = SessionsMustBe::kNotLiveIfAsked,
       .may_set_reason = true},
      {.operation = Operation::kRetireOrphan,
       .edges = {{not_ended, kRetired}},
       .compares = Belief::kSnapshot,
       .owner = OwnerMustBe::kGoneForGood,
       .sessions = SessionsMustBe::kNotLive,
       .may_set_reason = true},
      {.operation = Operation::kRetireIdleVariant,
       .edges = {{StateSet(kIdle, kHotIdle), kRetired}},
       .compares = Belief::kSnapshot,
       .may_set_reason = true},
      {.operation = Operation::kReturnIdle,
       .edges = {{StateSet(kReserved), kIdle}},
       .compares = Belief::kLease,
       .sessions = SessionsMustBe::kNotLive,
       .only_never_activated = true,
       .may_clear_org = true},
      {.operation = Operation::kReturnHotIdle,
       .edges = {{StateSet(kReserved, kActivating), kHotIdle}},
       .compares = Belief::kLease,
       .sessions = SessionsMustBe::kNotLive},
  };
}

}  // namespace

const OperationAccount& AccountOf(Operation operation) {
  static const std::vector<OperationAccount> kAccounts = WriteAccounts();
  const auto place = static_cast<std::size_t>(operation);
  Check(place < kAccounts.size() && kAccounts[place].operation == operation,
        "the edge list has every operation, in their order");
  return kAccounts[place];
}

bool Leads(const OperationAccount& account, std::optional<WorkerState> from, WorkerState to) {
  return std::any_of(account.edges.begin(), account.edges.end(), [&](const LifecycleEdge& edge) {
    if (!from.has_value()) return edge.from.Empty() && edge.to == to;
    return edge.from.Has(*from) && edge.to.value_or(*from) == to;
  });
}

bool StartsFrom(const OperationAccount& account, WorkerState from,
                std::optional<WorkerState> target) {
  return std::any_of(account.edges.begin(), account.edges.end(), [&](const LifecycleEdge& edge) {
    return edge.from.Has(from) && (!target.has_value() || edge.to == target);
  });
}

bool MustSpareSessions(const OperationAccount& account, const TransitionRequest& request) {
  if (account.sessions != SessionsMustBe::kNotLiveIfAsked) {
    return account.sessions == SessionsMustBe::kNotLive;
  }
  return request.guards.Has(Guard::kNoLiveSession);
}

}  // namespace fencepost::properties
