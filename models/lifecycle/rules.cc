#include "models/lifecycle/rules.h"

#include "absl/strings/str_cat.h"

namespace fencepost::models {
namespace {

constexpr std::array<std::string_view, kRuleCount> kNames = {
    "crashes",
    "misses its heartbeats and is expired",
    "is expired beyond the orphan grace",
    "heartbeats and is revived",
    "notices its end in the store",
    "begins to shut down",
    "tells the store that it shuts down",
    "deregisters",
    "creates a slot for",
    "creates the secret of",
    "creates the pod of",
    "publishes as idle",
    "publishes as reserved",
    "gives up spawning or activating, and marks lost",
    "leaves to its own shutdown",
    "claims the idle",
    "claims the parked",
    "takes over",
    "checks out the lease to activate",
    "begins to activate",
    "finishes activating",
    "gives back as idle",
    "gives back as parked",
    "leaves to its upkeep",
    "opens or reclaims the session on",
    "has no client any more for",
    "parks",
    "finds unhealthy and marks lost",
    "is told that it owns",
    "checks out the lease to refresh",
    "puts back the lease of",
    "refreshes the lease of",
    "stamps the credentials of",
    "takes up from the listing",
    "forgets",
    "drains",
    "deletes the pod of the drained",
    "deletes the secret of the drained",
    "retires the drained",
    "retires the listed, drained",
    "deletes the pod of",
    "deletes the secret of",
    "is failed by a call for",
    "lists as an orphan",
    "lists as stuck",
    "lists as idle for too long",
    "retires the orphan",
    "retires the stuck",
    "retires the idle",
    "finds something left of",
    "deletes the pod of",
    "deletes the secret of",
    "ends or changes hands",
    "ends on",
};

constexpr std::array<std::string_view, 12> kMainNames = {"-",
                                                         "to create the secret of",
                                                         "to create the pod of",
                                                         "to publish",
                                                         "to begin activating",
                                                         "to finish activating",
                                                         "to open a session on",
                                                         "to delete the pod of the drained",
                                                         "to delete the secret of the drained",
                                                         "to retire the drained",
                                                         "to delete the pod of",
                                                         "to delete the secret of"};
constexpr std::array<std::string_view, 4> kBackgroundNames = {
    "-", "to refresh the lease of", "to stamp the credentials of", "to be told that it owns"};
constexpr std::array<std::string_view, 9> kJanitorNames = {
    "-",
    "to retire the orphan, worker",
    "to retire the stuck worker",
    "to retire the idle worker",
    "to retire the orphan under a stale snapshot, worker",
    "to retire under a stale snapshot worker",
    "to retire the idle under a stale snapshot, worker",
    "to delete the pod of worker",
    "to delete the secret of worker"};
constexpr std::array<std::string_view, 3> kRegistrationNames = {"live", "expired", "gone"};
constexpr std::array<std::string_view, 4> kProcessNames = {"running", "stopping", "draining",
                                                           "ended"};
constexpr std::array<std::string_view, 3> kPodNames = {"no pod", "pod", "pod deleted"};

template <class Names, class Value>
std::string Named(const Names& names, Value value) {
  return std::string(names[static_cast<std::size_t>(value)]);
}

bool IsJanitorRule(Rule rule) { return rule >= Rule::kListOrphan && rule <= Rule::kJanitorChanges; }

std::string DescribeWorker(const State& state, int worker) {
  const unsigned row = RowState::Get(state, worker);
  if (row == kNoRow) return absl::StrCat("  worker ", worker + 1, ": none\n");
  std::string text = absl::StrCat("  worker ", worker + 1, ": ",
                                  std::string(StateName(static_cast<WorkerState>(row - 1))));
  if (OwnerEpoch::Get(state, worker) != 0) {
    absl::StrAppend(&text, ", owner cp-", Owner::Get(state, worker) + 1, ", epoch ",
                    OwnerEpoch::Get(state, worker));
  }
  absl::StrAppend(&text, ", ", Named(kPodNames, PodOf::Get(state, worker)));
  if (SecretExists::Get(state, worker)) absl::StrAppend(&text, ", secret");
  if (LiveSession::Get(state, worker)) absl::StrAppend(&text, ", session");
  if (FenceLanded::Get(state, worker)) absl::StrAppend(&text, ", fence landed");
  return absl::StrCat(text, "\n");
}

std::string DescribeControlPlane(const State& state, int cp, int workers) {
  std::string text =
      absl::StrCat("  cp-", cp + 1, ": ", Named(kProcessNames, ProcessOf::Get(state, cp)), ", ",
                   Named(kRegistrationNames, RegistrationOf::Get(state, cp)));
  for (int worker = 0; worker < workers; ++worker) {
    const unsigned epoch = Cell::Get(state, cp, worker);
    if (epoch != 0) absl::StrAppend(&text, ", lease on worker ", worker + 1, " epoch ", epoch);
  }
  const Main main = MainAt::Get(state, cp);
  if (main != Main::kNone) {
    absl::StrAppend(&text, ", ", Named(kMainNames, main), " worker ",
                    MainWorker::Get(state, cp) + 1, " epoch ", MainLease::Get(state, cp));
  }
  const Background aside = BackgroundAt::Get(state, cp);
  if (aside != Background::kNone) {
    absl::StrAppend(&text, ", ", Named(kBackgroundNames, aside), " worker ",
                    BackgroundWorker::Get(state, cp) + 1, " epoch ",
                    BackgroundLease::Get(state, cp));
  }
  return absl::StrCat(text, "\n");
}

}  // namespace

std::string_view RuleName(Rule rule) { return kNames[static_cast<std::size_t>(rule)]; }

std::optional<Operation> OperationOf(Rule rule) {
  switch (rule) {
    case Rule::kCreate:
      return Operation::kCreateWarmSlot;
    case Rule::kPublishIdle:
      return Operation::kPublishIdle;
    case Rule::kPublishReserved:
      return Operation::kPublishReserved;
    case Rule::kClaimIdle:
      return Operation::kClaimIdle;
    case Rule::kClaimHotIdle:
      return Operation::kClaimHotIdle;
    case Rule::kTakeOver:
      return Operation::kTakeOver;
    case Rule::kBeginActivation:
      return Operation::kBeginActivation;
    case Rule::kFinishActivation:
      return Operation::kFinishActivation;
    case Rule::kReturnIdle:
      return Operation::kReturnIdle;
    case Rule::kReturnHotIdle:
      return Operation::kReturnHotIdle;
    case Rule::kPark:
      return Operation::kPark;
    case Rule::kRefreshLease:
      return Operation::kRefreshLease;
    case Rule::kStampCredentials:
      return Operation::kStampCredentials;
    case Rule::kDrain:
      return Operation::kDrain;
    case Rule::kRetireDrained:
    case Rule::kRetireListed:
      return Operation::kRetireDrained;
    case Rule::kGiveUp:
    case Rule::kUnhealthy:
      return Operation::kMarkLost;
    case Rule::kRetireOrphan:
      return Operation::kRetireOrphan;
    case Rule::kRetireStuck:
      return Operation::kRetireFromSnapshot;
    case Rule::kRetireIdle:
      return Operation::kRetireIdleVariant;
    default:
      return std::nullopt;
  }
}

std::string_view StepResultName(StepResult result) {
  constexpr std::array<std::string_view, 4> kResultNames = {"done", "missed", "reply_lost",
                                                            "spared"};
  return kResultNames[static_cast<std::size_t>(result)];
}

std::string ActorName(std::uint16_t rule_index, std::uint16_t detail) {
  const Rule rule = static_cast<Rule>(rule_index);
  if (rule == Rule::kSessionEnds) return "client";
  if (IsJanitorRule(rule)) return "janitor";
  return absl::StrCat("cp-", ControlPlaneOf(detail) + 1);
}

std::string DescribeStep(std::uint16_t rule_index, std::uint16_t detail) {
  const Rule rule = static_cast<Rule>(rule_index);
  const int worker = WorkerOf(detail);
  std::string text;
  if (rule == Rule::kSessionEnds) {
    text = "the session";
  } else if (IsJanitorRule(rule)) {
    text = "the janitor";
  } else {
    text = ActorName(rule_index, detail);
  }
  absl::StrAppend(&text, " ", std::string(RuleName(rule)));
  if (worker != kNoWorker) absl::StrAppend(&text, " worker ", worker + 1);
  switch (ResultOf(detail)) {
    case StepResult::kDone:
      break;
    case StepResult::kMissed:
      absl::StrAppend(&text, ": the fence misses");
      break;
    case StepResult::kReplyLost:
      absl::StrAppend(&text, ": it lands, the reply is lost");
      break;
    case StepResult::kSpared:
      absl::StrAppend(&text, ": a session protects it");
      break;
  }
  return text;
}

std::string DescribeState(const State& state, int control_planes, int workers) {
  std::string text;
  for (int cp = 0; cp < control_planes; ++cp) text += DescribeControlPlane(state, cp, workers);
  for (int worker = 0; worker < workers; ++worker) text += DescribeWorker(state, worker);
  if (const Janitor at = JanitorAt::Get(state); at != Janitor::kNone) {
    absl::StrAppend(&text, "  janitor: ", Named(kJanitorNames, at), " ",
                    JanitorWorker::Get(state) + 1, "\n");
  }
  return text;
}

}  // namespace fencepost::models
