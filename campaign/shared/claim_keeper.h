// Extends the deadlines of this process' claims while it lives, on a thread of its own. The claims
// of a process that dies or is stopped run out, and its ranges go to other workers.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "campaign/shared/shared_campaign.h"

namespace fencepost::campaign {

class ClaimKeeper {
 public:
  explicit ClaimKeeper(SharedCampaign& campaign)
      : campaign_(campaign), thread_([this] { Keep(); }) {}
  ~ClaimKeeper();
  ClaimKeeper(const ClaimKeeper&) = delete;
  ClaimKeeper& operator=(const ClaimKeeper&) = delete;

  // While it lives, `claim` is renewed.
  class Kept {
   public:
    Kept(ClaimKeeper& keeper, const RangeClaim& claim) : keeper_(keeper), claim_(claim) {
      keeper_.Add(claim_);
    }
    ~Kept() { keeper_.Remove(claim_); }
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;

   private:
    ClaimKeeper& keeper_;
    const RangeClaim claim_;
  };

 private:
  void Add(const RangeClaim& claim);
  void Remove(const RangeClaim& claim);
  void Keep();

  SharedCampaign& campaign_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::vector<RangeClaim> claims_;
  std::thread thread_;
};

}  // namespace fencepost::campaign
