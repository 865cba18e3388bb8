// The simulated platform's secrets, and an issuer of credentials.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "core/events/event.h"
#include "core/seams/credentials.h"
#include "sim/engine/engine.h"

namespace fencepost::sim {

class SimSecrets : public SecretStore, public CredentialIssuer {
 public:
  SimSecrets(Engine& engine, EventObserver& observer) : engine_(engine), observer_(observer) {}

  void Reset();

  absl::Status CreateSecret(WorkerId worker, const SecretName& name) override;
  absl::StatusOr<std::vector<SecretInfo>> ListSecrets() override;
  absl::Status DeleteSecret(const Fence& fence) override;

  // Valid for an hour of the simulated world's time, or for what a scenario has set.
  // PermissionDenied while the org is refused.
  absl::StatusOr<Credentials> Issue(const Org& org) override;

  // ---- For scenarios
  // The issuer refuses the org from now on, for good or for a while.
  void RefuseOrg(const Org& org, VirtualTime until = VirtualTime::Never());
  void AllowOrg(const Org& org);
  // How long credentials are valid that are issued from now on.
  void set_life(absl::Duration life) { life_ = life; }
  // How often an org was refused credentials.
  int refusals() const { return refusals_; }

 private:
  static constexpr absl::Duration kStandardLife = absl::Hours(1);

  struct Secret {
    WorkerId worker;
    SecretName name;
    VirtualTime created;
  };

  Engine& engine_;
  EventObserver& observer_;
  std::uint64_t made_ = 0;
  absl::btree_map<std::uint64_t, Secret> secrets_;  // in the order of creation
  absl::btree_set<SecretName> names_;
  absl::btree_set<std::pair<WorkerId, std::uint64_t>> by_worker_;
  absl::btree_map<Org, VirtualTime> refused_until_;
  int refusals_ = 0;
  absl::Duration life_ = kStandardLife;
};

}  // namespace fencepost::sim
