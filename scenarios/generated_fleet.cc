#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "scenarios/fleet/operator.h"
#include "scenarios/fleet/settings.h"
#include "scenarios/story.h"

namespace fencepost::scenarios {
namespace {

constexpr std::array<std::string_view, 12> kNumbers = {"1", "2", "3", "4",  "5",  "6",
                                                       "7", "8", "9", "10", "11", "12"};

// From 1 to the parameter's value.
std::int64_t DrawNumber(Story& story, std::string_view point, std::string_view parameter) {
  const auto most = static_cast<std::size_t>(story.Parameter(parameter));
  return story.Draw(point, std::span(kNumbers).first(most)) + 1;
}

std::vector<std::string> StartControlPlanes(Story& story) {
  constexpr std::array<std::string_view, 3> kSkews = {"none", "+10min", "-10min"};
  constexpr std::array<std::int64_t, 3> kSkewMinutes = {0, 10, -10};
  std::vector<std::string> names;
  const std::int64_t count = DrawNumber(story, "control planes", "control-planes");
  for (std::int64_t i = 1; i <= count; ++i) {
    names.push_back(absl::StrCat("cp-", i));
    const std::uint32_t skew = story.Draw("clock skew", kSkews);
    story.setup().RunControlPlane(names.back(), absl::Minutes(kSkewMinutes[skew]));
  }
  return names;
}

std::vector<TaskId> StartClients(Story& story, const std::vector<Org>& orgs) {
  constexpr std::array<std::string_view, 2> kImages = {"image-1", "image-2"};
  constexpr std::array<std::string_view, 2> kManners = {"plain", "rough"};
  std::vector<TaskId> clients;
  const std::int64_t count = DrawNumber(story, "clients", "clients");
  for (std::int64_t i = 1; i <= count; ++i) {
    const std::size_t org = story.Choose("org", static_cast<std::uint32_t>(orgs.size()));
    const std::string_view image = kImages[story.Draw("image", kImages)];
    const bool rough = story.Draw("manners", kManners) == 1;
    const auto visits = static_cast<int>(DrawNumber(story, "visits", "visits"));
    clients.push_back(StartClient(story, absl::StrCat("client-", i), orgs[org].text(), visits,
                                  image, rough ? sim::Manners::kRough : sim::Manners::kPlain));
  }
  return clients;
}

// Everything is drawn: the settings, how many control planes, orgs and clients there are, what each
// client does, and what the operator and the platform do. Then faults end, and the fleet settles by
// itself. The first alternative of each decision is the plain one, so that a failure shrinks to a
// small fleet with usual settings, and the timeline tells what is not plain.
void RunGeneratedFleet(Story& story) {
  DrawSettings(story);
  const std::vector<std::string> control_planes = StartControlPlanes(story);
  std::vector<Org> orgs;
  for (std::int64_t i = DrawNumber(story, "orgs", "orgs"); i > 0; --i) {
    orgs.emplace_back(absl::StrCat("org-", orgs.size() + 1));
  }
  std::vector<TaskId> actors = StartClients(story, orgs);
  const auto fleet_operator = std::make_shared<FleetOperator>(story, control_planes, orgs);
  const std::int64_t acts = DrawNumber(story, "acts of the operator", "acts");
  actors.push_back(
      story.StartActor("operator", [fleet_operator, acts] { fleet_operator->Run(acts); }));
  for (const TaskId actor : actors) story.cluster().engine().Join(actor);
  story.Recover();
}

std::vector<CallFault> EveryFault() {
  std::vector<CallFault> faults = kEveryPromptFault;
  faults.push_back(CallFault::kLate);
  return faults;
}

}  // namespace

Scenario GeneratedFleet() {
  return {.name = "generated-fleet",
          .claim =
              "Whatever the settings, however many control planes, orgs and clients, and whatever "
              "these, the operator and the platform do: no pod dies unfenced, nobody healthy is "
              "hurt, and once faults stop the fleet comes to rest by itself.",
          .promise = "every fault that there is, as many as the budget allows",
          .faults = EveryFault(),
          .fault_rate_divisor = 16,
          .parameters = {{"control-planes", 3, 1, 12, "control planes at most"},
                         {"orgs", 3, 1, 12, "orgs at most"},
                         {"clients", 4, 1, 12, "clients at most"},
                         {"visits", 3, 1, 12, "visits of each client at most"},
                         {"acts", 5, 1, 12, "acts of the operator and the platform at most"},
                         {kFaultBudget, 12, 0, 1000, "faults that may hit one run"}},
          .probes = WithMet(EveryFault(), {Client::kServed,
                                           Client::kRefused,
                                           Client::kLostItsControlPlane,
                                           Client::kCameBack,
                                           Client::kLostItsSession,
                                           Client::kCameBackByItself,
                                           Client::kVanished,
                                           Client::kAtOnce,
                                           FleetOperator::kDrained,
                                           FleetOperator::kRestarted,
                                           FleetOperator::kRowRemoved,
                                           FleetOperator::kEndOrdered,
                                           FleetOperator::kRolled,
                                           FleetOperator::kFellIll,
                                           FleetOperator::kRefusedActivation,
                                           FleetOperator::kDrainedItself,
                                           FleetOperator::kPodReplaced,
                                           FleetOperator::kOrgRefused,
                                           FleetOperator::kStartFailed,
                                           FleetOperator::kStartedAgain,
                                           Landed(kClaimIdle),
                                           Landed(kClaimHotIdle),
                                           Landed(kTakeOver),
                                           Landed(kPark),
                                           Landed(kReturnIdle),
                                           Landed(kReturnHotIdle),
                                           Landed(kRetireOrphan),
                                           Landed(kMarkLost),
                                           Landed(kRetireIdleVariant),
                                           Told(kFenceMissSession),
                                           Told(kFenceMissOwner)}),
          .drives_lifecycle_directly = true,  // the operator ends workers
          .body = RunGeneratedFleet};
}

}  // namespace fencepost::scenarios
