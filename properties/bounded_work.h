// Work that fails is not repeated without end: of an image whose pods never come up, the workers of
// one control plane that end before they have come up stay within a bound for each stretch of time.
//
// Workers are counted from the store's commits: ended, and published. The bound follows from the
// settings alone, and is far above what a control plane needs that backs off, and far below what
// one makes that tries again at every look. It judges nothing without the settings that the system
// runs with and a clock that all senders share.
#pragma once

#include <deque>
#include <utility>

#include "absl/container/btree_map.h"
#include "properties/property.h"

namespace fencepost::properties {

class BoundedWork : public Property {
 public:
  BoundedWork()
      : Property("bounded-work",
                 "A control plane makes few workers in vain of an image none of which comes "
                 "up.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  using Key = std::pair<CpId, Image>;

  void OnCommit(const RowCommitted& commit, absl::Time at);

  // When workers ended that had not come up, the last ones, since one came up.
  absl::btree_map<Key, std::deque<absl::Time>> in_vain_;
};

}  // namespace fencepost::properties
