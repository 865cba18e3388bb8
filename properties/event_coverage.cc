#include "properties/event_coverage.h"

#include <array>
#include <bit>
#include <limits>
#include <variant>

namespace fencepost::properties {
namespace {

constexpr std::uint32_t kBuckets = 8;  // 1, 2, 3, 4 to 7, 8 to 15, ... 64 and more
constexpr std::uint32_t kSteps = EventCoverage::kFeatures / kBuckets;
constexpr std::size_t kStatesCounted = 3;  // none, one, several workers in a state

constexpr std::uint64_t kNobody = std::numeric_limits<std::uint64_t>::max();

std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t hash = (a ^ (b + 0x9e3779b97f4a7c15u)) * 0xbf58476d1ce4e5b9u;
  return hash ^ (hash >> 29);
}

std::uint64_t TextHash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

template <class Enum>
std::uint64_t Plain(Enum value) {
  return static_cast<std::uint64_t>(value);
}
std::uint64_t StateOf(const WorkerRow* row) { return row == nullptr ? 99 : Plain(row->state); }

// The kind of an event, without values that differ from run to run.
struct Kind {
  std::uint64_t operator()(const TransitionAttempted& event) const {
    return Plain(event.request.operation);
  }
  std::uint64_t operator()(const TransitionTold& event) const {
    return Mix(Plain(event.request.operation), Plain(event.outcome));
  }
  std::uint64_t operator()(const ClaimTold& event) const {
    const std::uint64_t reply =
        event.reply.ok() ? Plain(event.reply->outcome) : 1000 + Plain(event.reply.status().code());
    return Mix(Plain(event.operation), reply);
  }
  std::uint64_t operator()(const LeaseMinted&) const { return 0; }
  std::uint64_t operator()(const FenceMinted& event) const { return Plain(event.fence.origin()); }
  std::uint64_t operator()(const PodDeletionAttempted& event) const {
    return Plain(event.fence.origin());
  }
  std::uint64_t operator()(const Noted& event) const { return TextHash(event.what); }
  std::uint64_t operator()(const RowCommitted& event) const {
    return Mix(Plain(event.operation), Mix(StateOf(event.before), StateOf(&event.after)));
  }
  std::uint64_t operator()(const RowRefused& event) const {
    return Mix(Plain(event.request.operation), Mix(Plain(event.outcome), StateOf(event.row)));
  }
  std::uint64_t operator()(const ControlPlaneChanged& event) const {
    return Mix(Plain(event.row.state), event.before ? Plain(*event.before) : 99);
  }
  std::uint64_t operator()(const SessionChanged& event) const {
    return Mix(Plain(event.session.state), event.before ? Plain(*event.before) : 99);
  }
  std::uint64_t operator()(const PodStarted&) const { return 0; }
  std::uint64_t operator()(const PodDeleted& event) const { return Plain(event.by_request); }
  std::uint64_t operator()(const PodGone&) const { return 0; }
  std::uint64_t operator()(const SecretCreated&) const { return 0; }
  std::uint64_t operator()(const SecretDeleted&) const { return 0; }
  std::uint64_t operator()(const WorkerAccepted& event) const { return TextHash(event.call); }
  std::uint64_t operator()(const WorkerRefused& event) const { return TextHash(event.call); }
  std::uint64_t operator()(const ProcessStarted&) const { return 0; }
  std::uint64_t operator()(const ProcessEnded& event) const { return Plain(event.crashed); }
  std::uint64_t operator()(const ProcessPaused& event) const { return Plain(event.paused); }
  std::uint64_t operator()(const LoopPassed& event) const { return TextHash(event.loop); }
  std::uint64_t operator()(const ClientAsked&) const { return 0; }
  std::uint64_t operator()(const ClientAnswered& event) const { return Plain(event.code); }
  std::uint64_t operator()(const ClientServed&) const { return 0; }
  std::uint64_t operator()(const ClientLeft& event) const { return Plain(event.closes); }
  std::uint64_t operator()(const ClientDropped&) const { return 0; }
  std::uint64_t operator()(const WorkerHealthChanged& event) const { return Plain(event.healthy); }
  std::uint64_t operator()(const CredentialsRefused&) const { return 0; }
  std::uint64_t operator()(const EndOrdered&) const { return 0; }
  std::uint64_t operator()(const ControlPlaneRemoved&) const { return 0; }
};

struct WorkerOf {
  template <class Told>
  std::uint64_t operator()(const Told& event) const {
    if constexpr (requires { event.request.worker; }) {
      return Plain(event.request.worker);
    } else if constexpr (requires { event.lease.worker(); }) {
      return Plain(event.lease.worker());
    } else if constexpr (requires { event.fence.worker(); }) {
      return Plain(event.fence.worker());
    } else if constexpr (requires { event.after.worker_id; }) {
      return Plain(event.after.worker_id);
    } else if constexpr (requires { event.session.worker_id; }) {
      return Plain(event.session.worker_id);
    } else if constexpr (requires { event.worker; }) {
      return Plain(event.worker);
    } else {
      return kNobody;
    }
  }
};

std::uint32_t Bucket(std::uint8_t count) {
  return count < 4 ? count - 1U : static_cast<std::uint32_t>(std::bit_width(count));
}

}  // namespace

EventCoverage::EventCoverage() : counts_(kSteps) {}

void EventCoverage::Reset() {
  for (const std::uint32_t step : counted_) counts_[step] = 0;
  counted_.clear();
  workers_.clear();
  activities_.clear();
  states_.clear();
}

void EventCoverage::On(const Event& event) {
  // A loop passes in every run, and so often that nothing would follow anything else.
  if (std::holds_alternative<LoopPassed>(event.body)) return;
  const std::uint64_t kind = Mix(1 + event.body.index(), std::visit(Kind{}, event.body));
  const std::uint64_t worker = std::visit(WorkerOf{}, event.body);
  if (worker != kNobody) Step(workers_, worker, kind);
  Step(activities_, Mix(TextHash(event.source), TextHash(event.activity)), Mix(kind, 7));
  CountStates(event);
}

void EventCoverage::Step(std::vector<Last>& lasts, std::uint64_t who, std::uint64_t kind) {
  for (Last& last : lasts) {
    if (last.who != who) continue;
    Count(Mix(last.kind, kind));
    last.kind = kind;
    return;
  }
  lasts.push_back({who, kind});
  Count(kind);
}

void EventCoverage::CountStates(const Event& event) {
  const auto* commit = std::get_if<RowCommitted>(&event.body);
  if (commit == nullptr) return;
  const std::uint64_t worker = Plain(commit->after.worker_id);
  bool known = false;
  for (Last& state : states_) {
    if (state.who != worker) continue;
    state.kind = Plain(commit->after.state);
    known = true;
  }
  if (!known) states_.push_back({worker, Plain(commit->after.state)});
  std::array<std::size_t, 16> together{};
  for (const Last& state : states_) {
    std::size_t& count = together[state.kind % together.size()];
    if (count + 1 < kStatesCounted) ++count;
  }
  std::uint64_t hash = 0;
  for (const std::size_t count : together) hash = hash * kStatesCounted + count;
  Count(Mix(hash, 11));
}

void EventCoverage::Count(std::uint64_t step) {
  const auto index = static_cast<std::uint32_t>(step % kSteps);
  std::uint8_t& count = counts_[index];
  if (count == 0) counted_.push_back(index);
  if (count < 64) ++count;
}

std::vector<std::uint32_t> EventCoverage::Features() const {
  std::vector<std::uint32_t> features;
  for (const std::uint32_t step : counted_) {
    features.push_back(step * kBuckets + Bucket(counts_[step]));
  }
  return features;
}

}  // namespace fencepost::properties
