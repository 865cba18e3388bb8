// Orgs and images for which work fails for a reason of their own: an org whose credentials are
// refused, an image whose pods do not come up.
//
// While one backs off, its requests wait or are refused, and take no capacity, so that it costs the
// others nothing. The back-off grows with each failure in a row, with jitter, and one at a time
// tries whether it is over. Memory is bounded by what has failed lately. Belongs to one control
// plane's strand.
#pragma once

#include <cstddef>
#include <string_view>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/rules/config.h"
#include "core/rules/ids.h"
#include "core/seams/runtime.h"

namespace fencepost {

struct BackoffSettings {
  std::string_view what;  // "org"
  absl::Duration Config::*first;
  absl::Duration Config::*limit;
};

template <class Key>
class Backoff {
 public:
  Backoff(Runtime& runtime, const Config& config, const BackoffSettings& settings)
      : runtime_(runtime), config_(config), settings_(settings) {}

  // OK if it may be tried now; the others then wait for what comes of this one. Otherwise
  // Unavailable with the reason, and NextTurn says until when.
  absl::Status TakeTurn(const Key& key);
  // When it may be tried; in the infinite past if it does not back off.
  absl::Time NextTurn(const Key& key) const;

  void Failed(const Key& key, const absl::Status& why);
  void Succeeded(const Key& key) { failing_.erase(key); }

  // Keys that are remembered.
  std::size_t size() const { return failing_.size(); }

 private:
  struct Failing {
    int failures = 0;  // in a row
    absl::Time until;
    absl::Status why;
  };
  absl::Duration Delay(int failures);

  Runtime& runtime_;
  const Config& config_;
  const BackoffSettings settings_;
  absl::btree_map<Key, Failing> failing_;
};

class OrgBackoff : public Backoff<Org> {
 public:
  OrgBackoff(Runtime& runtime, const Config& config)
      : Backoff(runtime, config, {"org", &Config::org_backoff, &Config::org_backoff_limit}) {}
};

class ImageBackoff : public Backoff<Image> {
 public:
  ImageBackoff(Runtime& runtime, const Config& config)
      : Backoff(runtime, config, {"image", &Config::image_backoff, &Config::image_backoff_limit}) {}
};

}  // namespace fencepost
