// A control plane's hands on a store: its lifecycle on the inline runtime, and nothing physical.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/lifecycle/lifecycle.h"
#include "tests/store_contract/inline_runtime.h"

namespace fencepost::store_contract {

class ControlPlane {
 public:
  // Does not register itself.
  ControlPlane(LifecycleStore& store, const std::string& name, std::uint64_t boot);

  WorkerLifecycle* operator->() { return lifecycle_.get(); }
  WorkerLifecycle& lifecycle() { return *lifecycle_; }
  const CpId& id() const { return id_; }
  BootId boot() const { return boot_; }

  // The next transition takes effect, but its reply is lost; then `meanwhile` happens.
  void LoseNextReply(std::function<void()> meanwhile = nullptr);
  // `meanwhile` happens between the next transition's decision and its effect.
  void DelayNextCall(std::function<void()> meanwhile);

  Config config;  // read with every use

 private:
  class NoPods : public PodRuntime {
   public:
    absl::StatusOr<PodInfo> CreatePod(const PodSpec&) override { return PodInfo(); }
    absl::StatusOr<std::optional<PodInfo>> FindPod(const PodName&) override { return std::nullopt; }
    absl::StatusOr<std::vector<PodInfo>> ListPods() override { return std::vector<PodInfo>(); }
    absl::Status DeletePod(const Fence&) override { return absl::OkStatus(); }
  };
  class NoSecrets : public SecretStore {
   public:
    absl::Status CreateSecret(WorkerId, const SecretName&) override { return absl::OkStatus(); }
    absl::StatusOr<std::vector<SecretInfo>> ListSecrets() override {
      return std::vector<SecretInfo>();
    }
    absl::Status DeleteSecret(const Fence&) override { return absl::OkStatus(); }
  };
  class NoObserver : public EventObserver {
   public:
    void On(const Event&) override {}
  };

  const CpId id_;
  BootId boot_;
  InlineRuntime runtime_;
  NoPods pods_;
  NoSecrets secrets_;
  NoObserver observer_;
  std::unique_ptr<WorkerLifecycle> lifecycle_;
};

}  // namespace fencepost::store_contract
