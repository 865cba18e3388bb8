// The list of every property. A new property is a class of its own, in files of its own, and two
// lines here. No other file depends on this one.

#include "properties/at_most_once.h"
#include "properties/bounded_work.h"
#include "properties/caps_held.h"
#include "properties/client_truth.h"
#include "properties/current_credentials.h"
#include "properties/epoch_monotonic.h"
#include "properties/expired_session_frees.h"
#include "properties/fenced_delete.h"
#include "properties/fenced_secret.h"
#include "properties/fresh_credentials.h"
#include "properties/granted_lease.h"
#include "properties/idle_ttl_held.h"
#include "properties/legal_control_plane.h"
#include "properties/legal_transition.h"
#include "properties/newer_epoch_only.h"
#include "properties/no_healthy_worker_ended.h"
#include "properties/nothing_stuck.h"
#include "properties/one_incarnation.h"
#include "properties/one_owner.h"
#include "properties/orphans_retired.h"
#include "properties/pods_reaped.h"
#include "properties/progress.h"
#include "properties/property_set.h"
#include "properties/published_pod.h"
#include "properties/secrets_reaped.h"
#include "properties/session_has_a_client.h"
#include "properties/session_spared.h"
#include "properties/settled_in_time.h"
#include "properties/shutdown_completes.h"
#include "properties/tenant_isolation.h"
#include "properties/terminal_absorbing.h"
#include "properties/truthful_outcome.h"
#include "properties/warm_target_met.h"

namespace fencepost::properties {

std::vector<std::unique_ptr<Property>> MakeAllProperties() {
  std::vector<std::unique_ptr<Property>> all;
  // Safety.
  all.push_back(std::make_unique<FencedDelete>());
  all.push_back(std::make_unique<FencedSecret>());
  all.push_back(std::make_unique<LegalTransition>());
  all.push_back(std::make_unique<LegalControlPlane>());
  all.push_back(std::make_unique<TerminalAbsorbing>());
  all.push_back(std::make_unique<EpochMonotonic>());
  all.push_back(std::make_unique<OneOwner>());
  all.push_back(std::make_unique<TruthfulOutcome>());
  all.push_back(std::make_unique<AtMostOnce>());
  all.push_back(std::make_unique<SessionSpared>());
  all.push_back(std::make_unique<TenantIsolation>());
  all.push_back(std::make_unique<CapsHeld>());
  all.push_back(std::make_unique<NewerEpochOnly>());
  all.push_back(std::make_unique<GrantedLease>());
  all.push_back(std::make_unique<OneIncarnation>());
  all.push_back(std::make_unique<PublishedPod>());
  all.push_back(std::make_unique<CurrentCredentials>());
  all.push_back(std::make_unique<NoHealthyWorkerEnded>());
  all.push_back(std::make_unique<SessionHasAClient>());
  all.push_back(std::make_unique<BoundedWork>());
  // Convergence.
  all.push_back(std::make_unique<OrphansRetired>());
  all.push_back(std::make_unique<PodsReaped>());
  all.push_back(std::make_unique<SecretsReaped>());
  all.push_back(std::make_unique<NothingStuck>());
  all.push_back(std::make_unique<SettledInTime>());
  all.push_back(std::make_unique<ShutdownCompletes>());
  all.push_back(std::make_unique<Progress>());
  all.push_back(std::make_unique<FreshCredentials>());
  all.push_back(std::make_unique<WarmTargetMet>());
  all.push_back(std::make_unique<IdleTtlHeld>());
  all.push_back(std::make_unique<ExpiredSessionFrees>());
  all.push_back(std::make_unique<ClientTruth>());
  return all;
}

}  // namespace fencepost::properties
