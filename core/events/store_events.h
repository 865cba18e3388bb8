// What truly happened in a store, as events: each change of a row, each refused transition.
//
// Every store that can know it sends it through here, so that their streams have one shape: after
// the change is durable, in the order in which the changes took effect. The observer must not call
// the store from within an event. A store does not know which activity called it: the observer
// fills that in where it can (the simulator's does), and it stays empty elsewhere.
#pragma once

#include <optional>

#include "core/events/event.h"

namespace fencepost {

class StoreEvents {
 public:
  // With a null `observer` no event is sent.
  explicit StoreEvents(EventObserver* observer) : observer_(observer) {}

  bool wanted() const { return observer_ != nullptr; }

  // `request` is null for creates and claims, `before` for a new row.
  void Committed(Operation operation, OperationId id, const TransitionRequest* request,
                 const WorkerRow* before, const WorkerRow& after, GuardFacts facts) const {
    if (wanted()) Send(RowCommitted{operation, id, request, before, after, facts});
  }
  void Refused(const TransitionRequest& request, TransitionOutcome outcome, const WorkerRow* row,
               GuardFacts facts) const {
    if (wanted()) Send(RowRefused{request, outcome, row, facts});
  }
  // `before` is empty for a new row.
  void Changed(const ControlPlaneRow& row, std::optional<CpState> before) const {
    if (wanted()) Send(ControlPlaneChanged{row, before});
  }
  void Changed(const SessionRow& row, std::optional<SessionState> before) const {
    if (wanted()) Send(SessionChanged{row, before});
  }

 private:
  void Send(EventBody body) const {
    observer_->On(Event{.source = "store", .activity = {}, .body = body});
  }

  EventObserver* observer_;
};

}  // namespace fencepost
