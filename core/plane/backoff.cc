#include "core/plane/backoff.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/lifecycle/retry.h"

namespace fencepost {

template <class Key>
absl::Status Backoff<Key>::TakeTurn(const Key& key) {
  const auto found = failing_.find(key);
  if (found == failing_.end()) return absl::OkStatus();
  Failing& failing = found->second;
  if (failing.until > runtime_.Now()) {
    return absl::UnavailableError(absl::StrCat(std::string(settings_.what), " ", key.text(),
                                               " backs off: ", failing.why.message()));
  }
  failing.until = runtime_.Now() + Delay(failing.failures);
  return absl::OkStatus();
}

template <class Key>
absl::Time Backoff<Key>::NextTurn(const Key& key) const {
  const auto found = failing_.find(key);
  return found == failing_.end() ? absl::InfinitePast() : found->second.until;
}

template <class Key>
void Backoff<Key>::Failed(const Key& key, const absl::Status& why) {
  const absl::Time now = runtime_.Now();
  // A key that has not been tried for as long as the longest back-off begins anew.
  absl::erase_if(failing_, [&](const auto& entry) {
    return entry.first != key && entry.second.until + config_.*settings_.limit <= now;
  });
  Failing& failing = failing_[key];
  ++failing.failures;
  failing.until = now + Delay(failing.failures);
  failing.why = why;
}

// Between half and the whole of the doubled back-off, so that what failed together does not come
// back together.
template <class Key>
absl::Duration Backoff<Key>::Delay(int failures) {
  const absl::Duration limit = config_.*settings_.limit;
  absl::Duration longest = config_.*settings_.first;
  for (int i = 1; i < failures && longest < limit; ++i) longest *= 2;
  longest = std::min(longest, limit);
  return longest * (0.5 + RandomShare(runtime_) / 2);
}

template class Backoff<Org>;
template class Backoff<Image>;

}  // namespace fencepost
