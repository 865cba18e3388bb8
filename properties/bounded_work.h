// Work that fails is not repeated without end. Of an image whose pods never come up, the workers of
// one control plane that end before they have come up stay within a bound for each stretch of time.
// Of the workers that a control plane activates for an org, those that it parks again before a
// session has begun stay within a bound for each request, which grows with the time for which the
// request was open.
//
// Work is counted from the store's commits. The bounds follow from the settings alone, and are far
// above what a control plane needs that backs off, and far below what one makes that tries again at
// every look. It judges nothing without the settings that the system runs with and a clock that all
// senders share.
#pragma once

#include <deque>
#include <map>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "properties/property.h"

namespace fencepost::properties {

class BoundedWork : public Property {
 public:
  BoundedWork()
      : Property("bounded-work",
                 "A control plane makes few workers in vain of an image none of which comes up, "
                 "and activates few in vain for one request.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  using Key = std::pair<CpId, Image>;

  struct Requests {
    std::map<SessionToken, absl::Time> asked;  // open ones, and since when
    absl::Duration were_open;                  // in all, those that were answered
    int count = 0;
    int in_vain = 0;  // activations
  };

  void CountSpawn(const RowCommitted& commit, absl::Time at);
  void CountActivation(const RowCommitted& commit, absl::Time at);

  // When workers ended that had not come up, the last ones, since one came up.
  absl::btree_map<Key, std::deque<absl::Time>> in_vain_;
  absl::btree_map<std::pair<CpId, Org>, Requests> requests_;
  absl::btree_map<std::pair<CpId, SessionToken>, Org> org_of_;
  // Activated, and no session has begun since.
  absl::btree_set<WorkerId> unused_;
  // Their last claim was a take-over.
  absl::btree_set<WorkerId> taken_over_;
};

}  // namespace fencepost::properties
