#include "sim/world/client.h"

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace fencepost::sim {
namespace {

constexpr std::array<std::int64_t, 3> kPatienceSeconds = {5, 60, 300};
constexpr std::array<std::int64_t, 4> kWorkSeconds = {1, 20, 90, 400};
constexpr int kAttemptsToComeBack = 12;

}  // namespace

Client::Client(World& world, std::string name, std::string_view org, std::string_view image)
    : world_(world),
      name_(std::move(name)),
      org_(Org(std::string(org))),
      image_(Image(std::string(image))) {}

ControlPlaneProcess* Client::PickControlPlane() {
  std::vector<ControlPlaneProcess*> candidates;
  for (const auto& process : world_.processes()) {
    if (world_.Responds(*process)) candidates.push_back(process.get());
  }
  if (candidates.empty()) return nullptr;
  if (candidates.size() > 12) candidates.erase(candidates.begin(), candidates.end() - 12);
  return candidates[world_.Choose("control-plane", static_cast<std::uint32_t>(candidates.size()))];
}

bool Client::Begin(Place& place) {
  place.process = PickControlPlane();
  if (place.process == nullptr) return false;
  place.token = SessionToken(absl::StrCat(name_, "-", ++visits_));
  const absl::Duration patience =
      absl::Seconds(kPatienceSeconds[world_.Choose("patience", kPatienceSeconds.size())]);
  auto acquired = std::make_shared<bool>(false);
  ControlPlaneProcess* const process = place.process;
  const bool answered = world_.Within(
      *process, "client",
      [process, acquired,
       request = AcquireRequest{
           .org = org_, .image = image_, .token = place.token, .patience = patience}] {
        *acquired = process->control_plane().Acquire(request).ok();
      });
  if (!answered) world_.Sometimes("a control plane died while a client waited for it");
  if (answered && !*acquired) world_.Sometimes("a client was refused or gave up");
  return answered && *acquired;
}

bool Client::Work(Place& place) {
  std::int64_t seconds = kWorkSeconds[world_.Choose("work", kWorkSeconds.size())];
  while (seconds > 0) {
    const std::int64_t step = std::min<std::int64_t>(seconds, 10);
    world_.SleepFor(absl::Seconds(step));
    seconds -= step;
    ControlPlaneProcess& process = *place.process;
    if (world_.Responds(process) && process.control_plane().Serves(place.token)) continue;
    world_.Sometimes("a client lost its control plane");
    if (!ComeBack(place)) return false;
  }
  return true;
}

bool Client::ComeBack(Place& place) {
  for (int attempt = 0; attempt < kAttemptsToComeBack; ++attempt) {
    ControlPlaneProcess* const process = PickControlPlane();
    if (process != nullptr) {
      auto status = std::make_shared<absl::Status>();
      const bool answered =
          world_.Within(*process, "client", [process, status, token = place.token] {
            *status = process->control_plane().Reconnect(token, absl::Seconds(30)).status();
          });
      if (answered && status->ok()) {
        world_.Sometimes("a client came back to its worker");
        place.process = process;
        return true;
      }
      if (answered && absl::IsNotFound(*status)) break;
    }
    world_.SleepFor(absl::Seconds(5));
  }
  world_.Sometimes("a client lost its session");
  return false;
}

void Client::Leave(const Place& place) {
  ControlPlaneProcess* const process = place.process;
  const bool says_goodbye = world_.Choose("leave", 3) != 2;
  world_.Within(*process, "client", [process, says_goodbye, token = place.token] {
    if (says_goodbye) {
      process->control_plane().Release(token).IgnoreError();
    } else {
      process->control_plane().Disconnect(token).IgnoreError();
    }
  });
}

void Client::Visit(int visits) {
  for (int i = 0; i < visits; ++i) {
    Place place;
    if (Begin(place)) {
      world_.Sometimes("a client was served");
      if (Work(place)) Leave(place);
    }
    world_.SleepFor(absl::Seconds(world_.Choose("pause", 2) == 0 ? 1 : 45));
  }
}

}  // namespace fencepost::sim
