#include "models/checker/parallel.h"

#include <thread>
#include <vector>

namespace fencepost::models {

void RunInParallel(int threads, absl::FunctionRef<void(int)> work) {
  std::vector<std::jthread> others;
  for (int i = 1; i < threads; ++i) others.emplace_back([work, i] { work(i); });
  work(0);
}

}  // namespace fencepost::models
