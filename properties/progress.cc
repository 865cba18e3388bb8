#include "properties/progress.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "properties/loop_bounds.h"

namespace fencepost::properties {
void Progress::Reset() {
  Property::Reset();
  now_ = absl::InfinitePast();
  workers_.Clear();
  active_.Reset();
  ready_.clear();
  requests_.clear();
  loops_.clear();
  findings_.clear();
  not_judged_.clear();
}

void Progress::On(const Event& event) {
  // Without settings and without a clock that all senders share there is nothing to judge by.
  if (config() == nullptr || event.at == absl::InfinitePast()) return;
  now_ = event.at;
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) OnCommit(*commit);
  if (const auto* asked = std::get_if<ClientAsked>(&event.body)) Ask(*asked);
  if (const auto* answered = std::get_if<ClientAnswered>(&event.body)) Answer(*answered);
  if (const auto* passed = std::get_if<LoopPassed>(&event.body)) {
    Pass(CpId(std::string(event.source)), passed->loop);
  }
  if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) Close(ended->cp);
  if (const auto* paused = std::get_if<ProcessPaused>(&event.body)) Close(paused->cp);
  if (const auto* removed = std::get_if<ControlPlaneRemoved>(&event.body)) Close(removed->cp);
  if (const auto* changed = std::get_if<ControlPlaneChanged>(&event.body)) {
    if (changed->row.state != CpState::kActive) Close(changed->row.cp_id);
  }
}

// ---- Clients -----------------------------------------------------------------------------------

void Progress::OnCommit(const RowCommitted& commit) {
  const WorkerRow& row = commit.after;
  active_.On(row);
  Worker& worker = workers_[row.worker_id];
  Count(row.worker_id, worker, -1);
  worker = {row.org, row.image, row.state};
  Count(row.worker_id, worker, 1);
  for (Request& request : requests_) {
    request.ready = ReadyFor(request);
    const bool could = request.ready != WorkerId{};
    if (!could) {
      Judge(request);
      request.still_since = absl::InfiniteFuture();
    } else if (row.org == request.org || request.still_since == absl::InfiniteFuture()) {
      Judge(request);
      request.still_since = now_;
    }
  }
}

void Progress::Count(WorkerId id, const Worker& worker, int sign) {
  const bool parked = worker.state == WorkerState::kHotIdle;
  const bool idle = worker.state == WorkerState::kIdle && worker.org.empty();
  if (!parked && !idle) return;
  absl::btree_set<WorkerId>& ready = ready_[{worker.org, worker.image}];
  if (sign > 0) {
    ready.insert(id);
  } else {
    ready.erase(id);
  }
}

WorkerId Progress::ReadyFor(const Request& request) const {
  if (const WorkerId parked = FirstReady(request.org, request.image); parked != WorkerId{}) {
    return parked;
  }
  const bool org_is_full = active_.of_org(request.org) >= config()->caps.per_org;
  const WorkerId idle = org_is_full ? WorkerId{} : FirstReady(Org(), request.image);
  const bool full = org_is_full || active_.of_fleet() >= config()->caps.global;
  return idle != WorkerId{} || !full ? idle : FirstInTheWay(request, org_is_full);
}

WorkerId Progress::FirstInTheWay(const Request& request, bool org_is_full) const {
  for (const auto& [place, workers] : ready_) {
    const auto& [org, image] = place;
    const bool counts = org_is_full ? org == request.org : !org.empty();
    const bool serves = org == request.org && image == request.image;
    if (counts && !serves && !workers.empty()) return *workers.begin();
  }
  return WorkerId{};
}

WorkerId Progress::FirstReady(const Org& org, const Image& image) const {
  const auto ready = ready_.find({org, image});
  if (ready == ready_.end() || ready->second.empty()) return WorkerId{};
  return *ready->second.begin();
}

void Progress::Ask(const ClientAsked& asked) {
  if (not_judged_.contains(asked.cp)) return;
  Request& request = requests_.emplace_back(
      Request{asked.cp, asked.token, asked.org, asked.image, absl::InfiniteFuture(), WorkerId{}});
  request.ready = ReadyFor(request);
  if (request.ready != WorkerId{}) request.still_since = now_;
}

void Progress::Answer(const ClientAnswered& answered) {
  const auto found = std::find_if(requests_.begin(), requests_.end(), [&](const Request& request) {
    return request.cp == answered.cp && request.token == answered.token;
  });
  if (found == requests_.end()) return;
  Judge(*found);
  requests_.erase(found);
}

void Progress::Judge(const Request& request) {
  if (request.still_since == absl::InfiniteFuture()) return;
  const absl::Duration still = now_ - request.still_since;
  if (still <= config()->acquire_timeout) return;
  findings_.push_back(
      {request.cp,
       absl::StrCat("client ", request.token.text(), " of ", request.org.text(), " waited at ",
                    request.cp.text(), " while worker ", Number(request.ready), " stood ready for ",
                    absl::FormatDuration(still), "; open there: ", OthersOpen(request))});
}

std::string Progress::OthersOpen(const Request& request) const {
  absl::btree_map<Org, int> open;
  for (const Request& other : requests_) {
    if (other.cp == request.cp) ++open[other.org];
  }
  std::string text;
  for (const auto& [org, count] : open) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", count, " of ", org.text());
  }
  return text;
}

// ---- Loops -------------------------------------------------------------------------------------

void Progress::Pass(const CpId& cp, std::string_view loop) {
  if (not_judged_.contains(cp)) return;
  bool known = false;
  for (Loop& other : loops_) {
    if (other.cp != cp) continue;
    Judge(other);
    if (other.name != loop) continue;
    other.passed = now_;
    known = true;
  }
  if (!known) loops_.push_back({cp, std::string(loop), now_});
}

void Progress::Judge(const Loop& loop) {
  const absl::Duration still = now_ - loop.passed;
  if (still <= LongestPass(*config(), loop.name)) return;
  findings_.push_back({loop.cp, absl::StrCat("loop ", loop.name, " of ", loop.cp.text(),
                                             " has not passed for ", absl::FormatDuration(still))});
}

// ---- The end -----------------------------------------------------------------------------------

void Progress::Close(const CpId& cp) {
  if (!not_judged_.insert(cp).second) return;
  for (const Request& request : requests_) {
    if (request.cp == cp) Judge(request);
  }
  for (const Loop& loop : loops_) {
    if (loop.cp == cp) Judge(loop);
  }
  std::erase_if(requests_, [&](const Request& request) { return request.cp == cp; });
  std::erase_if(loops_, [&](const Loop& loop) { return loop.cp == cp; });
}

// Judged at rest because only then is it known which control planes a fault has hit.
void Progress::AtRest(const RestView& rest) {
  if (config() == nullptr) return;
  for (const Request& request : requests_) Judge(request);
  for (const Loop& loop : loops_) Judge(loop);
  for (const Finding& finding : findings_) {
    if (rest.IsUndisturbed(finding.cp)) Broken(finding.what);
  }
}

}  // namespace fencepost::properties
