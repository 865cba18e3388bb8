// Links the installed core: a call on the production runtime, and the table.
#include <cstdio>

#include "core/lifecycle.h"
#include "core/thread_runtime.h"
#include "core/transition.h"

int main() {
  fencepost::ThreadRuntime runtime;
  absl::Status made;
  runtime.Run([&] {
    made = fencepost::WorkerLifecycle::Create({.cp = fencepost::CpId("cp-1"), .runtime = &runtime})
               .status();
  });
  std::printf("%zu operations; %s\n", fencepost::kLifecycle.size(), made.ToString().c_str());
  return absl::IsInvalidArgument(made) ? 0 : 1;
}
