// The simulated platform's secrets, and an issuer of credentials.
#pragma once

#include <vector>

#include "core/credentials.h"
#include "core/event.h"
#include "sim/engine/engine.h"

namespace fencepost::sim {

class SimSecrets : public SecretStore, public CredentialIssuer {
 public:
  SimSecrets(Engine& engine, EventObserver& observer) : engine_(engine), observer_(observer) {}

  void Reset() { secrets_.clear(); }

  absl::Status CreateSecret(WorkerId worker, const SecretName& name) override;
  absl::StatusOr<std::vector<SecretInfo>> ListSecrets() override;
  absl::Status DeleteSecret(const Fence& fence) override;

  // Valid for an hour of the simulated world's time.
  absl::StatusOr<Credentials> Issue(const Org& org) override;

 private:
  struct Secret {
    WorkerId worker;
    SecretName name;
    VirtualTime created;
  };

  Engine& engine_;
  EventObserver& observer_;
  std::vector<Secret> secrets_;
};

}  // namespace fencepost::sim
