#include "tests/store_differential/history.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/rules/claims.h"
#include "core/rules/sessions.h"
#include "tests/store_contract/describe.h"

namespace fencepost::store_differential {
namespace {

using properties::CallSpan;
using properties::Linearizability;
using What = RecordedCall::What;
using enum TransitionOutcome;

// One worker and its sessions.
class WorkerModel : public properties::SequentialModel {
 public:
  WorkerModel(const std::vector<const RecordedCall*>& calls, WorkerRow row, absl::Time now)
      : calls_(calls), row_(std::move(row)), now_(now) {}

  std::unique_ptr<SequentialModel> Clone() const override {
    return std::make_unique<WorkerModel>(*this);
  }
  bool Step(std::size_t index) override {
    const RecordedCall& call = *calls_[index];
    switch (call.what) {
      case What::kTransition:
        return Transition(call);
      case What::kClaim:
        return Claim(call);
      case What::kObserve:
        return call.row == row_;
      default:
        return Session(call);
    }
  }
  std::string State() const override {
    std::string text = store_contract::FullText(row_);
    for (const auto& [id, session] : sessions_) {
      absl::StrAppend(&text, "\n", store_contract::FullText(session));
    }
    return text;
  }

 private:
  bool Live() const {
    for (const auto& [id, session] : sessions_) {
      if (IsLive(session, now_)) return true;
    }
    return false;
  }

  bool Transition(const RecordedCall& call) {
    const GuardFacts facts{.owner_gone = false, .live_session = Live()};
    if (Judge(*call.request, &row_, facts) != call.outcome) return false;
    if (call.outcome == kTransitioned && !AlreadyApplied(*call.request, row_)) {
      Apply(*call.request, now_, row_);
    }
    return call.row == row_;
  }

  // A claim may pass over a row that somebody else holds locked.
  bool Claim(const RecordedCall& call) {
    if (!call.row.has_value()) return true;
    ClaimRequest request;
    request.id = call.row->last_operation;
    request.new_owner = call.claimant;
    request.org = row_.org;
    if (!IsWanted(Operation::kClaimHotIdle, request, row_)) return false;
    ApplyClaim(Operation::kClaimHotIdle, request, now_, row_);
    return call.row == row_;
  }

  bool Session(const RecordedCall& call) {
    const auto place = sessions_.find(call.handle.id);
    SessionRow* const known = place == sessions_.end() ? nullptr : &place->second;
    TransitionOutcome outcome = kTransitioned;
    if (call.what == What::kOpen) {
      outcome = JudgeOpen(call.handle, *call.lease, &row_, known, Live(), now_);
      if (outcome == kTransitioned && known == nullptr) {
        sessions_[call.handle.id] = NewSession(call.handle, *call.lease, kSessionTtl, now_);
      }
    } else if (call.what == What::kDisconnect) {
      outcome = JudgeDisconnect(call.handle, known, now_);
      if (outcome == kTransitioned) ApplyDisconnect(kSessionTtl, now_, *known);
    } else if (call.what == What::kReclaim) {
      outcome = JudgeReclaim(*call.lease, &row_, known, now_);
      if (outcome == kTransitioned)
        ApplyReclaim(call.handle, *call.lease, kSessionTtl, now_, *known);
    } else {
      outcome = JudgeClose(call.handle, known);
      if (outcome == kTransitioned) ApplyClose(*known);
    }
    if (outcome != call.outcome) return false;
    return outcome != kTransitioned || call.session == sessions_[call.handle.id];
  }

  const std::vector<const RecordedCall*>& calls_;
  WorkerRow row_;
  const absl::Time now_;
  std::map<SessionId, SessionRow> sessions_;
};

std::string WhyNot(const std::vector<const RecordedCall*>& calls, const WorkerRow& initial,
                   absl::Time now) {
  std::vector<CallSpan> spans;
  for (const RecordedCall* call : calls) spans.push_back(call->span);
  const auto verdict = properties::CheckLinearizability(spans, WorkerModel(calls, initial, now));
  if (verdict.answer == Linearizability::kYes) return "";
  std::string text = verdict.answer == Linearizability::kNo
                         ? "no order of these calls explains their results; the longest that does "
                           "for some of them:\n"
                         : "the search was cut short; the longest order so far:\n";
  for (const std::size_t call : verdict.order) {
    absl::StrAppend(&text, "  ", FullText(*calls[call]), "\n");
  }
  absl::StrAppend(&text, "then none of these fits:\n");
  for (const std::size_t call : verdict.stuck) {
    absl::StrAppend(&text, "  ", FullText(*calls[call]), "\n");
  }
  return text;
}

}  // namespace

std::string FullText(const RecordedCall& call) {
  constexpr std::string_view kNames[] = {"",           "claim",   "observe", "open",
                                         "disconnect", "reclaim", "close"};
  std::string name(kNames[static_cast<std::size_t>(call.what)]);
  if (call.request.has_value()) {
    name = absl::StrCat(std::string(OperationName(call.request->operation)), " e",
                        Number(call.request->believed_epoch), " r",
                        Number(call.request->believed_revision));
  }
  return absl::StrCat(call.span.invoked, "..", call.span.returned, " ", name, " ",
                      call.handle.id.token.text(), " -> ", std::string(OutcomeName(call.outcome)),
                      " ", store_contract::FullText(call.row), " ",
                      store_contract::FullText(call.session));
}

std::string WhyNotLinearizable(const std::vector<RecordedCall>& history,
                               const std::vector<WorkerRow>& initial, absl::Time store_now) {
  std::vector<std::string> keys;
  for (const RecordedCall& call : history) keys.push_back(absl::StrCat(Number(call.worker)));
  for (const std::vector<std::size_t>& part : properties::PartitionByKey(keys)) {
    std::vector<const RecordedCall*> calls;
    for (const std::size_t call : part) calls.push_back(&history[call]);
    for (const WorkerRow& row : initial) {
      if (row.worker_id != calls.front()->worker) continue;
      if (std::string why = WhyNot(calls, row, store_now); !why.empty()) return why;
    }
  }
  return "";
}

}  // namespace fencepost::store_differential
