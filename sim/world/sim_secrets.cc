#include "sim/world/sim_secrets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sim/world/clock.h"

namespace fencepost::sim {

absl::Status SimSecrets::CreateSecret(WorkerId worker, const SecretName& name) {
  for (const Secret& secret : secrets_) {
    if (secret.name == name) return absl::OkStatus();
  }
  secrets_.push_back({worker, name, engine_.Now()});
  observer_.On(Event{.source = "world", .activity = {}, .body = SecretCreated{worker}});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SecretInfo>> SimSecrets::ListSecrets() {
  std::vector<SecretInfo> found;
  for (const Secret& secret : secrets_) {
    found.push_back({.name = secret.name,
                     .worker = secret.worker,
                     .age = absl::Nanoseconds((engine_.Now() - secret.created).count())});
  }
  return found;
}

absl::Status SimSecrets::DeleteSecret(const Fence& fence) {
  const auto found = std::find_if(secrets_.begin(), secrets_.end(), [&](const Secret& secret) {
    return secret.worker == fence.worker();
  });
  if (found == secrets_.end()) return absl::OkStatus();
  secrets_.erase(found);
  observer_.On(Event{.source = "world", .activity = {}, .body = SecretDeleted{fence.worker()}});
  return absl::OkStatus();
}

absl::StatusOr<Credentials> SimSecrets::Issue(const Org& org) {
  constexpr absl::Duration kLife = absl::Hours(1);
  return Credentials{.text = absl::StrCat("credentials of ", org.text()),
                     .valid_for = kLife,
                     .expiry = ToTime(engine_.Now()) + kLife};
}

}  // namespace fencepost::sim
