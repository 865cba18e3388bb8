#include "campaign/shared/claim_keeper.h"

#include <algorithm>

namespace fencepost::campaign {

ClaimKeeper::~ClaimKeeper() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void ClaimKeeper::Add(const RangeClaim& claim) {
  const std::lock_guard lock(mutex_);
  claims_.push_back(claim);
}

void ClaimKeeper::Remove(const RangeClaim& claim) {
  const std::lock_guard lock(mutex_);
  std::erase_if(claims_, [&claim](const RangeClaim& kept) {
    return kept.scenario == claim.scenario && kept.number == claim.number;
  });
}

void ClaimKeeper::Keep() {
  // Two renewals may be late or fail before the claim is lost.
  const auto interval = absl::ToChronoNanoseconds(campaign_.claim_time() / 3);
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, interval, [this] { return end_; })) {
    const std::vector<RangeClaim> claims = claims_;
    lock.unlock();
    for (const RangeClaim& claim : claims) {
      // A claim that is lost or cannot be renewed shows when its range is finished: the result is
      // refused then.
      static_cast<void>(campaign_.Renew(claim));
    }
    lock.lock();
  }
}

}  // namespace fencepost::campaign
