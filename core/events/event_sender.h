// Puts what one control plane was told and what it did on the event stream.
//
// Every component of a control plane that has something to tell holds one. It fills in who sends
// the event and from which activity. Belongs to one control plane's strand.
#pragma once

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "core/events/event.h"
#include "core/rules/ids.h"
#include "core/seams/runtime.h"

namespace fencepost {

class EventSender {
 public:
  // `runtime` and `observer` must outlive it.
  EventSender(CpId cp, const Runtime& runtime, EventObserver& observer)
      : cp_(std::move(cp)), runtime_(runtime), observer_(observer) {}
  EventSender(const EventSender&) = delete;
  EventSender& operator=(const EventSender&) = delete;

  void Send(EventBody body);
  // A step that is worth a line in the log; `what` must be a literal.
  void Note(WorkerId worker, std::string_view what, const absl::Status& why);

 private:
  const CpId cp_;
  const Runtime& runtime_;
  EventObserver& observer_;
};

}  // namespace fencepost
