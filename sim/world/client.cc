#include "sim/world/client.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace fencepost::sim {
namespace {

// The number of candidates that a choice can offer.
constexpr std::size_t kMostControlPlanes = 12;
constexpr std::array<std::int64_t, 3> kPatienceSeconds = {5, 60, 300};
constexpr std::array<std::int64_t, 4> kWorkSeconds = {1, 20, 90, 400};
constexpr int kAttemptsToComeBack = 12;
// The second is within the standard reconnect ttl, the third beyond it.
constexpr std::array<std::int64_t, 3> kAwaySeconds = {1, 20, 90};

}  // namespace

Client::Client(Story& story, std::string name, std::string_view org, std::string_view image,
               Manners manners)
    : story_(story),
      name_(std::move(name)),
      org_(Org(std::string(org))),
      image_(Image(std::string(image))),
      manners_(manners) {}

ControlPlaneProcess* Client::PickControlPlane() {
  std::vector<ControlPlaneProcess*> candidates;
  for (const auto& process : story_.cluster().processes()) {
    if (story_.cluster().Responds(*process)) candidates.push_back(process.get());
  }
  if (candidates.empty()) return nullptr;
  if (candidates.size() > kMostControlPlanes) {
    candidates.erase(candidates.begin(), candidates.end() - kMostControlPlanes);
  }
  return candidates[story_.Choose("control-plane", static_cast<std::uint32_t>(candidates.size()))];
}

bool Client::Begin(Place& place) {
  place.process = PickControlPlane();
  if (place.process == nullptr) return false;
  const SessionToken token(absl::StrCat(name_, "-", ++visits_));
  const absl::Duration patience =
      absl::Seconds(kPatienceSeconds[story_.Choose("patience", kPatienceSeconds.size())]);
  auto session = std::make_shared<std::optional<SessionHandle>>();
  ControlPlaneProcess* const process = place.process;
  const bool answered =
      story_.RunIn(*process, "client",
                   [process, session,
                    request = AcquireRequest{
                        .org = org_, .image = image_, .token = token, .patience = patience}] {
                     const absl::StatusOr<Acquired> acquired = process->Ask(request);
                     if (acquired.ok()) *session = acquired->session;
                   });
  if (!answered) story_.Sometimes(kWaitedInVain);
  const bool served = answered && session->has_value();
  if (answered && !served) story_.Sometimes(kRefused);
  if (served) place.session = **session;
  return served;
}

bool Client::Work(Place& place) {
  std::int64_t seconds = kWorkSeconds[story_.Choose("work", kWorkSeconds.size())];
  while (seconds > 0) {
    const std::int64_t step = std::min<std::int64_t>(seconds, 10);
    story_.SleepFor(absl::Seconds(step));
    seconds -= step;
    ControlPlaneProcess& process = *place.process;
    if (story_.cluster().Responds(process) && process.control_plane().Serves(place.session))
      continue;
    story_.Sometimes(kLostItsControlPlane);
    if (!ComeBack(place)) return false;
  }
  return true;
}

absl::Status Client::TryToComeBack(Place& place) {
  ControlPlaneProcess* const process = PickControlPlane();
  if (process == nullptr) return absl::UnavailableError("no control plane answers");
  auto acquired = std::make_shared<absl::StatusOr<Acquired>>(absl::UnknownError("no answer yet"));
  const bool answered =
      story_.RunIn(*process, "client", [process, acquired, session = place.session.id] {
        *acquired = process->ComeBack(session, absl::Seconds(30));
      });
  if (!answered) return absl::UnavailableError("the control plane died");
  if (acquired->ok()) place = {process, (*acquired)->session};
  return acquired->status();
}

bool Client::ComeBack(Place& place) {
  for (int attempt = 0; attempt < kAttemptsToComeBack; ++attempt) {
    const absl::Status status = TryToComeBack(place);
    if (status.ok()) {
      story_.Sometimes(kCameBack);
      return true;
    }
    if (absl::IsNotFound(status)) break;
    story_.SleepFor(absl::Seconds(5));
  }
  story_.Sometimes(kLostItsSession);
  return false;
}

void Client::Tell(const Place& place, bool closes) {
  story_.RunIn(*place.process, "client",
               [process = place.process, closes, session = place.session] {
                 process->Leave(session, closes);
               });
}

void Client::Leave(const Place& place) {
  const bool releases = story_.Choose("leave", 3) != 2;
  Tell(place, releases);
}

void Client::AtOnce(std::function<void()> one, const std::function<void()>& other) {
  story_.Sometimes(kAtOnce);
  const TaskId task = story_.StartActor("client", std::move(one));
  other();
  story_.Await({task});
}

void Client::LeaveRoughly(Place place) {
  enum : std::uint32_t { kPlainly, kComesBack, kVanishes, kBothWays, kTwice };
  constexpr std::array<std::string_view, 5> kWays = {
      "plainly", "disconnects and comes back", "vanishes", "disconnects and comes back at once",
      "comes back twice at once"};
  const auto disconnect = [self = shared_from_this(), place] { self->Tell(place, false); };
  switch (story_.Draw("leaves", kWays)) {
    case kPlainly:
      return Leave(place);
    case kVanishes:
      return story_.Sometimes(kVanished);
    case kComesBack:
      disconnect();
      story_.SleepFor(absl::Seconds(kAwaySeconds[story_.Choose("away", kAwaySeconds.size())]));
      if (!ComeBack(place)) return;
      story_.Sometimes(kCameBackByItself);
      if (!Work(place)) return;
      break;
    case kBothWays:
      AtOnce(disconnect, [this, &place] { TryToComeBack(place).IgnoreError(); });
      break;
    case kTwice:
      AtOnce(
          [self = shared_from_this(), place]() mutable {
            if (!self->TryToComeBack(place).ok()) return;
            self->Tell(place, true);
          },
          [this, &place] { TryToComeBack(place).IgnoreError(); });
      break;
  }
  Tell(place, true);
}

void Client::Visit(int visits) {
  for (int i = 0; i < visits; ++i) {
    Place place;
    if (Begin(place)) {
      story_.Sometimes(kServed);
      if (Work(place)) manners_ == Manners::kPlain ? Leave(place) : LeaveRoughly(place);
    }
    story_.SleepFor(absl::Seconds(story_.Choose("pause", 2) == 0 ? 1 : 45));
  }
}

TaskId StartClient(Story& story, std::string name, std::string_view org, int visits,
                   std::string_view image, Manners manners) {
  // The actor owns its client: the story may leave before it, when the run ends.
  auto client = std::make_shared<Client>(story, std::move(name), org, image, manners);
  return story.StartActor("client", [client, visits] { client->Visit(visits); });
}

}  // namespace fencepost::sim
