#include "campaign/revision.h"

#include "campaign/generated_revision.h"  // written at each build, by write_revision.cmake

namespace fencepost::campaign {

std::string_view Revision() { return kGeneratedRevision; }

}  // namespace fencepost::campaign
