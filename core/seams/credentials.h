// Secrets: what a tenant's worker uses to reach the tenant's data, and what the control planes use
// to reach the worker.
//
// Contract: every method is one atomic effect; errors say whether it may have happened
// (core/rules/effect.h).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/rules/authority.h"
#include "core/rules/ids.h"

namespace fencepost {

// Short-lived access to one org's data. The text is a secret: it goes into no event and no log.
struct Credentials {
  std::string text;
  absl::Duration valid_for;
  absl::Time expiry;  // as the issuer states it
};

class CredentialIssuer {
 public:
  virtual ~CredentialIssuer() = default;
  virtual absl::StatusOr<Credentials> Issue(const Org& org) = 0;
};

struct SecretInfo {
  SecretName name;
  WorkerId worker{};
  absl::Duration age;  // by the platform's clock
};

// The secrets for the workers' RPC, one for each worker.
class SecretStore {
 public:
  virtual ~SecretStore() = default;
  // Harmless when it exists already.
  virtual absl::Status CreateSecret(WorkerId worker, const SecretName& name) = 0;
  virtual absl::StatusOr<std::vector<SecretInfo>> ListSecrets() = 0;
  // A worker's secret goes only after its pod is fenced, too. OK when there is none.
  virtual absl::Status DeleteSecret(const Fence& fence) = 0;
};

}  // namespace fencepost
