#include "sim/world/lasting_faults.h"

#include <algorithm>

namespace fencepost::sim {

void LastingFaults::CutOff(CallTarget target, VirtualTime until) {
  any_ = true;
  cut_off_until_[Index(target)] = until;
}

void LastingFaults::Hang(CallTarget target, VirtualTime until) {
  any_ = true;
  hangs_until_[Index(target)] = until;
}

void LastingFaults::FailSite(std::string_view name, VirtualTime until) {
  any_ = true;
  failing_.push_back({name, until});
}

void LastingFaults::LoseNext(const CallSite& site, int count) {
  any_ = true;
  losses_.push_back({site.name, site.worker, count});
}

LastingFaults::Fate LastingFaults::FateOf(const CallSite& site, VirtualTime now) {
  if (now < cut_off_until_[Index(site.target)]) return Fate::kRefused;
  if (now < hangs_until_[Index(site.target)]) return Fate::kUnanswered;
  for (const FailingSite& failing : failing_) {
    if (failing.name == site.name && now < failing.until) return Fate::kRefused;
  }
  const auto lost = std::find_if(losses_.begin(), losses_.end(), [&site](const Losses& losses) {
    return losses.left > 0 && losses.name == site.name && losses.worker == site.worker;
  });
  if (lost == losses_.end()) return Fate::kNone;
  --lost->left;
  return Fate::kLost;
}

}  // namespace fencepost::sim
