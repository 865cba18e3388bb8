// A platform of one process: pods are entries in a table, and their workers answer from it. What a
// service replaces with its containers, its RPC client and its issuer of credentials.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "fencepost/core/seams/credentials.h"
#include "fencepost/core/seams/pod_runtime.h"
#include "fencepost/core/seams/worker_rpc.h"

class LocalPlatform : public fencepost::PodRuntime,
                      public fencepost::WorkerRpc,
                      public fencepost::SecretStore,
                      public fencepost::CredentialIssuer {
 public:
  // ---- PodRuntime
  absl::StatusOr<fencepost::PodInfo> CreatePod(const fencepost::PodSpec& spec) override;
  absl::StatusOr<std::optional<fencepost::PodInfo>> FindPod(
      const fencepost::PodName& name) override;
  absl::StatusOr<std::vector<fencepost::PodInfo>> ListPods() override;
  absl::Status DeletePod(const fencepost::Fence& fence) override;

  // ---- WorkerRpc
  absl::Status Activate(const fencepost::WorkerLease& lease, const fencepost::Org& org,
                        const fencepost::Credentials& credentials) override;
  absl::Status UpdateCredentials(const fencepost::WorkerLease& lease,
                                 const fencepost::Credentials& credentials) override;
  absl::StatusOr<fencepost::WorkerHealth> CheckHealth(const fencepost::WorkerLease& lease) override;

  // ---- SecretStore, CredentialIssuer
  absl::Status CreateSecret(fencepost::WorkerId worker, const fencepost::SecretName& name) override;
  absl::StatusOr<std::vector<fencepost::SecretInfo>> ListSecrets() override;
  absl::Status DeleteSecret(const fencepost::Fence& fence) override;
  absl::StatusOr<fencepost::Credentials> Issue(const fencepost::Org& org) override;

  // ---- What became of it
  int pods();
  int secrets();
  int refreshes();

 private:
  struct Pod {
    fencepost::PodInfo info;
    fencepost::Epoch highest_epoch{};
    fencepost::Org org;
  };
  // The pod that the lease's worker runs in, if it accepts the lease's epoch.
  absl::StatusOr<Pod*> Accept(const fencepost::WorkerLease& lease);

  std::mutex mutex_;
  std::map<fencepost::PodName, Pod> pods_;
  std::map<fencepost::SecretName, fencepost::WorkerId> secrets_;
  int last_uid_ = 0;
  int refreshes_ = 0;
};
