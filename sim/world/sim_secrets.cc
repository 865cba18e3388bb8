#include "sim/world/sim_secrets.h"

#include "absl/strings/str_cat.h"
#include "sim/world/clock.h"

namespace fencepost::sim {

void SimSecrets::Reset() {
  made_ = 0;
  secrets_.clear();
  names_.clear();
  by_worker_.clear();
  refused_until_.clear();
  refusals_ = 0;
  life_ = kStandardLife;
}

absl::Status SimSecrets::CreateSecret(WorkerId worker, const SecretName& name) {
  if (!names_.insert(name).second) return absl::OkStatus();
  secrets_.emplace(++made_, Secret{worker, name, engine_.Now()});
  by_worker_.emplace(worker, made_);
  observer_.On(Event{.source = "world", .activity = {}, .body = SecretCreated{worker}});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SecretInfo>> SimSecrets::ListSecrets() {
  std::vector<SecretInfo> found;
  for (const auto& [number, secret] : secrets_) {
    found.push_back({.name = secret.name,
                     .worker = secret.worker,
                     .age = absl::Nanoseconds((engine_.Now() - secret.created).count())});
  }
  return found;
}

absl::Status SimSecrets::DeleteSecret(const Fence& fence) {
  const auto first = by_worker_.lower_bound({fence.worker(), 0});
  if (first == by_worker_.end() || first->first != fence.worker()) return absl::OkStatus();
  const auto found = secrets_.find(first->second);
  names_.erase(found->second.name);
  secrets_.erase(found);
  by_worker_.erase(first);
  observer_.On(Event{.source = "world", .activity = {}, .body = SecretDeleted{fence.worker()}});
  return absl::OkStatus();
}

void SimSecrets::RefuseOrg(const Org& org, VirtualTime until) {
  engine_.TouchEverything();  // the calls to the issuer touch nothing else
  refused_until_[org] = until;
}

void SimSecrets::AllowOrg(const Org& org) {
  engine_.TouchEverything();
  refused_until_.erase(org);
}

absl::StatusOr<Credentials> SimSecrets::Issue(const Org& org) {
  const auto refused = refused_until_.find(org);
  if (refused != refused_until_.end() && engine_.Now() < refused->second) {
    ++refusals_;
    observer_.On(Event{.source = "world", .activity = {}, .body = CredentialsRefused{org}});
    return absl::PermissionDeniedError(absl::StrCat("the issuer refuses ", org.text()));
  }
  return Credentials{.text = absl::StrCat("credentials of ", org.text()),
                     .valid_for = life_,
                     .expiry = ToTime(engine_.Now()) + life_};
}

}  // namespace fencepost::sim
