#include "properties/expired_session_frees.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {

void ExpiredSessionFrees::Find(const RestView& rest, Findings& findings) const {
  for (const SessionRow& session : rest.sessions) {
    const bool open =
        session.state == SessionState::kActive || session.state == SessionState::kReconnecting;
    if (!open || IsLive(session, rest.store_now)) continue;
    findings.push_back(absl::StrCat("session ", session.id.token.text(), " of worker ",
                                    Number(session.worker_id), " is past its ", "expiry by ",
                                    absl::FormatDuration(rest.store_now - session.expires_at),
                                    " and still open"));
  }
  for (const WorkerRow& row : rest.workers) {
    if (row.state != WorkerState::kHot || !rest.OwnerLives(row)) continue;
    if (rest.HasLiveSession(row.worker_id)) continue;
    findings.push_back(absl::StrCat(Describe(row), " has no session and was not parked"));
  }
}

}  // namespace fencepost::properties
