// Pods and secrets deleted by something other than a fence.

#include "core/seams/credentials.h"
#include "core/seams/pod_runtime.h"

namespace fencepost {

// What a program may do.
inline absl::Status Legal(PodRuntime& pods, const Fence& fence) { return pods.DeletePod(fence); }

#ifdef POD_DELETED_BY_NAME
absl::Status Wrong(PodRuntime& pods, const PodName& name) { return pods.DeletePod(name); }
#endif
#ifdef POD_DELETED_BY_LEASE
absl::Status Wrong(PodRuntime& pods, const WorkerLease& lease) { return pods.DeletePod(lease); }
#endif
#ifdef SECRET_DELETED_BY_NAME
absl::Status Wrong(SecretStore& secrets, const SecretName& name) {
  return secrets.DeleteSecret(name);
}
#endif

}  // namespace fencepost
