#include "properties/shutdown_completes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void ShutdownCompletes::Reset() {
  Property::Reset();
  workers_.Clear();
  ledger_.Reset();
  unfinished_.clear();
}

void ShutdownCompletes::On(const Event& event) {
  ledger_.On(event);
  if (const auto* commit = std::get_if<RowCommitted>(&event.body)) {
    Last& last = workers_[commit->after.worker_id];
    last.state = commit->after.state;
    last.epoch = commit->after.owner_epoch;
    if (last.owner != commit->after.owner_cp) last.owner = commit->after.owner_cp;
  }
  if (const auto* refused = std::get_if<RowRefused>(&event.body)) {
    const TransitionRequest& request = refused->request;
    const bool spared =
        request.operation == Operation::kDrain && !ledger_.OpenSessions(request.worker).empty();
    if (spared) workers_[request.worker].spared_at = request.believed_epoch;
  }
  const auto* ended = std::get_if<ProcessEnded>(&event.body);
  if (ended == nullptr || ended->crashed) return;
  for (const auto& [worker, last] : workers_.entries()) {
    if (last.owner != ended->cp || HasEnded(last.state)) continue;
    if (!ledger_.OpenSessions(worker).empty()) continue;
    if (last.spared_at == last.epoch) continue;
    const std::string_view state = StateName(last.state);
    unfinished_.push_back({ended->cp, absl::StrCat("worker ", Number(worker), " was still ",
                                                   absl::string_view(state.data(), state.size()),
                                                   " when ", ended->cp.text(), " had ended")});
  }
}

// Judged at rest because only then is it known whether a fault had touched the control plane.
void ShutdownCompletes::AtRest(const RestView& rest) {
  for (const Unfinished& unfinished : unfinished_) {
    const auto& undisturbed = rest.ended_undisturbed;
    if (std::find(undisturbed.begin(), undisturbed.end(), unfinished.cp) == undisturbed.end()) {
      continue;
    }
    Broken(unfinished.worker);
  }
}

}  // namespace fencepost::properties
