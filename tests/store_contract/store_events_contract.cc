#include "tests/store_contract/store_events_contract.h"

namespace fencepost::store_contract {
namespace {

template <class State>
std::string Change(const std::string& who, const std::optional<State>& before, State after,
                   std::string_view (*name)(State)) {
  const std::string from(before.has_value() ? name(*before) : "none");
  return who + ": " + from + " to " + std::string(name(after));
}

}  // namespace

void EventRecorder::On(const Event& event) {
  EXPECT_EQ(event.source, "store");
  if (const auto* committed = std::get_if<RowCommitted>(&event.body)) {
    const auto before =
        committed->before == nullptr ? std::nullopt : std::optional(*committed->before);
    commits.push_back({committed->operation, committed->id, committed->request != nullptr, before,
                       committed->after, committed->facts});
    names.emplace_back(OperationName(committed->operation));
  } else if (const auto* refused = std::get_if<RowRefused>(&event.body)) {
    names.push_back("refused " + std::string(OutcomeName(refused->outcome)));
    refused_facts = refused->facts;
  } else if (const auto* cp = std::get_if<ControlPlaneChanged>(&event.body)) {
    names.push_back(Change(cp->row.cp_id.text(), cp->before, cp->row.state, CpStateName));
  } else if (const auto* session = std::get_if<SessionChanged>(&event.body)) {
    names.push_back(Change(session->session.id.token.text(), session->before,
                           session->session.state, SessionStateName));
  } else {
    names.push_back("something else");
  }
}

}  // namespace fencepost::store_contract
