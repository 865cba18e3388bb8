#include "core/events/event_sender.h"

namespace fencepost {

void EventSender::Send(EventBody body) {
  observer_.On(Event{.source = cp_.text(), .activity = runtime_.CurrentActivity(), .body = body});
}

void EventSender::Note(WorkerId worker, std::string_view what, const absl::Status& why) {
  Send(Noted{worker, what, why});
}

}  // namespace fencepost
