#include "models/lifecycle/rules.h"

#include "absl/strings/str_cat.h"

namespace fencepost::models {
namespace {

constexpr std::array<std::string_view, kRuleCount> kNames = {
    "crashes",
    "misses its heartbeats and is expired",
    "is expired beyond the orphan grace",
    "heartbeats and is revived",
    "learns that it is expired for good",
    "begins to shut down",
    "deregisters",
    "creates a slot for",
    "creates the secret of",
    "creates the pod of",
    "publishes as idle",
    "publishes as reserved",
    "gives up spawning or activating, and marks lost",
    "leaves to its own shutdown the spawning",
    "claims the idle",
    "claims the parked",
    "takes over",
    "checks out the lease to activate",
    "begins to activate",
    "finishes activating",
    "opens or reclaims the session on",
    "has no client any more for",
    "parks",
    "finds unhealthy and marks lost",
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
constexpr std::array<std::string_view, 2> kRefresherNames = {"-", "to stamp the credentials of"};
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
constexpr std::array<std::string_view, 4> kProcessNames = {"running", "stopping", "over",
                                                           "crashed"};
constexpr std::array<std::string_view, 3> kPodNames = {"no pod", "pod", "pod deleted"};

template <class Names, class Value>
std::string Named(const Names& names, Value value) {
  return std::string(names[static_cast<std::size_t>(value)]);
}

bool IsJanitors(Rule rule) { return rule >= Rule::kListOrphan && rule <= Rule::kJanitorChanges; }

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
  const Refresher refresher = RefresherAt::Get(state, cp);
  if (refresher != Refresher::kNone) {
    absl::StrAppend(&text, ", ", Named(kRefresherNames, refresher), " worker ",
                    RefresherWorker::Get(state, cp) + 1, " epoch ", RefresherLease::Get(state, cp));
  }
  return absl::StrCat(text, "\n");
}

}  // namespace

std::string_view RuleName(Rule rule) { return kNames[static_cast<std::size_t>(rule)]; }

std::string_view EndingName(Ending ending) {
  constexpr std::array<std::string_view, 4> kEndings = {"done", "missed", "reply_lost", "spared"};
  return kEndings[static_cast<std::size_t>(ending)];
}

std::string ActorName(std::uint16_t rule_index, std::uint16_t detail) {
  const Rule rule = static_cast<Rule>(rule_index);
  if (rule == Rule::kSessionEnds) return "client";
  if (IsJanitors(rule)) return "janitor";
  return absl::StrCat("cp-", ControlPlaneOf(detail) + 1);
}

std::string DescribeStep(std::uint16_t rule_index, std::uint16_t detail) {
  const Rule rule = static_cast<Rule>(rule_index);
  const int worker = WorkerOf(detail);
  std::string text;
  if (rule == Rule::kSessionEnds) {
    text = "the session";
  } else if (IsJanitors(rule)) {
    text = "the janitor";
  } else {
    text = ActorName(rule_index, detail);
  }
  absl::StrAppend(&text, " ", std::string(RuleName(rule)));
  if (worker != kNobodysWorker) absl::StrAppend(&text, " worker ", worker + 1);
  switch (EndingOf(detail)) {
    case Ending::kDone:
      break;
    case Ending::kMissed:
      absl::StrAppend(&text, ": the fence misses");
      break;
    case Ending::kReplyLost:
      absl::StrAppend(&text, ": it lands, the reply is lost");
      break;
    case Ending::kSpared:
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
