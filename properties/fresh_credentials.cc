#include "properties/fresh_credentials.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "core/rules/config.h"

namespace fencepost::properties {
namespace {

// Refreshes of one worker within a refresh_tick: two that follow each other as fast as a failure
// allows, one that a new owner begins, and one that was under way before.
constexpr std::size_t kNoStorm = 4;

}  // namespace

void FreshCredentials::Reset() {
  Property::Reset();
  now_ = absl::InfinitePast();
  skew_ = absl::ZeroDuration();
  ledger_.Reset();
  workers_.Clear();
  refused_.clear();
  refreshing_.clear();
  closed_.clear();
  findings_.clear();
}

void FreshCredentials::On(const Event& event) {
  // Without settings and without a clock that all senders share there is nothing to judge by.
  if (config() == nullptr || event.at == absl::InfinitePast()) return;
  now_ = event.at;
  ledger_.On(event);
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    OnCommit(*commit);
  } else if (const auto* changed = std::get_if<SessionChanged>(&event.body)) {
    const WorkerId id = changed->session.worker_id;
    Update(id, workers_[id], now_ + skew_);
  } else if (const auto* passed = std::get_if<LoopPassed>(&event.body)) {
    if (passed->loop == "refresher") refreshing_.insert(CpId(std::string(event.source)));
  } else if (const auto* refused = std::get_if<CredentialsRefused>(&event.body)) {
    refused_.insert(refused->org);
  } else if (const auto* deleted = std::get_if<PodDeleted>(&event.body)) {
    if (!deleted->by_request) workers_[deleted->worker].excused = true;
  } else if (const auto* health = std::get_if<WorkerHealthChanged>(&event.body)) {
    if (!health->healthy) workers_[health->worker].excused = true;
  } else if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) {
    Close(ended->cp);
  } else if (const auto* paused = std::get_if<ProcessPaused>(&event.body)) {
    Close(paused->cp);
  } else if (const auto* removed = std::get_if<ControlPlaneRemoved>(&event.body)) {
    Close(removed->cp);
  } else if (const auto* row = std::get_if<ControlPlaneChanged>(&event.body)) {
    if (row->row.state == CpState::kExpired) Close(row->row.cp_id);
  }
}

void FreshCredentials::OnCommit(const RowCommitted& commit) {
  const WorkerRow& row = commit.after;
  skew_ = row.updated_at - now_;
  Worker& worker = workers_[row.worker_id];
  Judge(row.worker_id, worker);
  if (worker.owner != row.owner_cp) worker.refreshed.clear();
  worker.owner = row.owner_cp;
  worker.org = row.org;
  worker.hot = row.state == WorkerState::kHot;
  const bool issued = row.credentials_expiry != absl::InfinitePast();
  worker.expiry = issued ? row.credentials_expiry : absl::InfiniteFuture();
  if (commit.operation == Operation::kRefreshLease) OnRefresh(row.worker_id, worker);
  Update(row.worker_id, worker, row.updated_at);
}

void FreshCredentials::OnRefresh(WorkerId id, Worker& worker) {
  worker.refreshed.push_back(now_);
  while (worker.refreshed.front() <= now_ - config()->refresh_tick) worker.refreshed.pop_front();
  if (worker.refreshed.size() <= kNoStorm || closed_.contains(worker.owner)) return;
  findings_.push_back(
      {worker.owner, worker.org,
       absl::StrCat("worker ", Number(id), " was refreshed ", worker.refreshed.size(),
                    " times within ", absl::FormatDuration(config()->refresh_tick))});
}

void FreshCredentials::Update(WorkerId id, Worker& worker, absl::Time store_now) {
  Judge(id, worker);
  const bool at_work = worker.hot && ledger_.FindActiveSession(id, store_now) != nullptr;
  if (!at_work) {
    worker.at_work = absl::InfiniteFuture();
  } else if (worker.at_work == absl::InfiniteFuture()) {
    worker.at_work = now_;
  }
}

void FreshCredentials::Judge(WorkerId id, const Worker& worker) {
  if (worker.excused || worker.at_work == absl::InfiniteFuture()) return;
  const absl::Duration late = now_ - std::max(worker.expiry, worker.at_work);
  if (late <= absl::ZeroDuration() || closed_.contains(worker.owner)) return;
  findings_.push_back(
      {worker.owner, worker.org,
       absl::StrCat("a client of ", worker.org.text(), " works on worker ", Number(id),
                    ", whose credentials expired ", absl::FormatDuration(late), " ago")});
}

void FreshCredentials::Close(const CpId& cp) {
  if (closed_.contains(cp)) return;
  workers_.ForEach([&](WorkerId id, const Worker& worker) {
    if (worker.owner == cp) Judge(id, worker);
  });
  closed_.insert(cp);
}

void FreshCredentials::AtRest(const RestView& rest) {
  workers_.ForEach([this](WorkerId id, const Worker& worker) { Judge(id, worker); });
  for (const Finding& finding : findings_) {
    const bool judged = rest.IsUndisturbed(finding.cp) && refreshing_.contains(finding.cp) &&
                        !refused_.contains(finding.org);
    if (judged) Broken(finding.what);
  }
}

}  // namespace fencepost::properties
