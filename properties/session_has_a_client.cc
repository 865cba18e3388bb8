#include "properties/session_has_a_client.h"

#include "absl/strings/str_cat.h"

namespace fencepost::properties {
namespace {

// One that is under way, one whose effect was late, and one that began between the two.
constexpr int kRenewalsUnderWay = 3;

}  // namespace

void SessionHasAClient::Reset() {
  Property::Reset();
  sessions_.clear();
}

void SessionHasAClient::On(const Event& event) {
  if (const auto* changed = std::get_if<SessionChanged>(&event.body)) {
    OnSession(*changed);
  } else if (const auto* served = std::get_if<ClientServed>(&event.body)) {
    Session& session = sessions_[served->session];
    session.client_at = served->cp;
    session.renewed = 0;
  } else if (const auto* left = std::get_if<ClientLeft>(&event.body)) {
    Leave(left->cp, left->session);
  } else if (const auto* dropped = std::get_if<ClientDropped>(&event.body)) {
    Leave(dropped->cp, dropped->session);
  } else if (const auto* ended = std::get_if<ProcessEnded>(&event.body)) {
    for (auto& [handle, session] : sessions_) {
      if (session.client_at == ended->cp) session.client_at = CpId();
    }
  }
}

void SessionHasAClient::Leave(const CpId& cp, const SessionHandle& session) {
  const auto found = sessions_.find(session);
  if (found != sessions_.end() && found->second.client_at == cp) found->second.client_at = CpId();
}

void SessionHasAClient::OnSession(const SessionChanged& changed) {
  const SessionRow& row = changed.session;
  Session& session = sessions_[{row.id, row.holder}];
  const bool was_known = session.expires_at != absl::InfinitePast();
  const bool renewed = was_known && row.state == SessionState::kActive &&
                       changed.before == SessionState::kActive &&
                       row.expires_at > session.expires_at;
  session.expires_at = row.expires_at;
  if (!renewed || !session.client_at.empty()) return;
  if (++session.renewed <= kRenewalsUnderWay) return;
  Broken(absl::StrCat("session ", row.id.token.text(), " of ", row.id.org.text(), " on worker ",
                      Number(row.worker_id), " has been renewed ", session.renewed,
                      " times without a client"));
}

}  // namespace fencepost::properties
