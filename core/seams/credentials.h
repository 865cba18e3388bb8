// Two kinds of secrets: the credentials with which a worker reaches its tenant's data, and the
// secrets with which the control planes reach the workers.
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

// Short-lived access to one org's data. The text is a secret and must not go into an event or a
// log.
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
  // Takes a fence, as the deletion of a pod does. OK when there is no secret.
  virtual absl::Status DeleteSecret(const Fence& fence) = 0;
};

}  // namespace fencepost
