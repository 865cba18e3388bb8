// Probes that a campaign would look for in vain.

#include "sim/world/lifecycle_probes.h"

namespace fencepost::sim {

constexpr Probe kServed{"a client was served"};

// What a program may do.
inline bool Legal() { return kServed == kServed && Landed(Operation::kTakeOver) != kServed; }

#ifdef TEXT_AS_PROBE
bool Wrong() { return "a client was swerved" == kServed; }
#endif
#ifdef TEXT_IN_A_LIST_OF_PROBES
std::vector<Probe> Wrong() { return {kServed, "landed take_ovre"}; }
#endif
#ifdef MISSPELT_OPERATION
Probe Wrong() { return Landed(Operation::kTakeOvre); }
#endif
#ifdef OUTCOME_AS_OPERATION
Probe Wrong() { return Landed(TransitionOutcome::kFenceMissSession); }
#endif

}  // namespace fencepost::sim
