// Identities that a program mixes up.

#include "core/rules/ids.h"

namespace fencepost {

// What a program may do.
inline bool Legal(Epoch a, Epoch b, const Org& org) { return a == b && org == Org("org-a"); }

#ifdef EPOCH_AS_REVISION
Revision Wrong(Epoch epoch) {
  Revision revision = epoch;
  return revision;
}
#endif
#ifdef EPOCH_COMPARED_WITH_REVISION
bool Wrong(Epoch epoch, Revision revision) { return epoch == revision; }
#endif
#ifdef ORG_AS_IMAGE
Image Wrong(const Org& org) {
  Image image = org;
  return image;
}
#endif
#ifdef TEXT_AS_ORG
Org Wrong() {
  Org org = "org-a";
  return org;
}
#endif

}  // namespace fencepost
