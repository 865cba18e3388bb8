#include "tests/store_contract/control_plane.h"

#include <utility>

#include "core/rules/effect.h"

namespace fencepost::store_contract {

ControlPlane::ControlPlane(LifecycleStore& store, const std::string& name, std::uint64_t boot)
    : id_(name), boot_(BootId{boot}) {
  lifecycle_ = WorkerLifecycle::Create({.cp = id_,
                                        .boot = boot_,
                                        .runtime = &runtime_,
                                        .store = &store,
                                        .pods = &pods_,
                                        .secrets = &secrets_,
                                        .observer = &observer_,
                                        .config = &config})
                   .value();
}

void ControlPlane::LoseNextReply(std::function<void()> meanwhile) {
  runtime_.instead_of_next_call = [](InlineRuntime::Blocking call) {
    (void)call();
    return InDoubt("the reply was lost");
  };
  runtime_.in_next_wait = std::move(meanwhile);
}

void ControlPlane::DelayNextCall(std::function<void()> meanwhile) {
  runtime_.instead_of_next_call = [meanwhile](InlineRuntime::Blocking call) {
    meanwhile();
    return call();
  };
}

}  // namespace fencepost::store_contract
