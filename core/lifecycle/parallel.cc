#include "core/lifecycle/parallel.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "core/rules/check.h"

namespace fencepost {
namespace {

struct Share {
  std::function<void(std::size_t)> work;
  std::size_t count;
  std::size_t next = 0;

  void WorkOff() {
    while (next < count) work(next++);
  }
};

}  // namespace

absl::Status ForEachBounded(Runtime& runtime, std::string_view name, std::size_t count,
                            std::size_t parallelism, std::function<void(std::size_t)> work) {
  Check(parallelism > 0, "somebody has to do the work");
  if (count == 0) return absl::OkStatus();
  auto share = std::make_shared<Share>(Share{.work = std::move(work), .count = count});
  std::vector<ActivityId> helpers;  // beside the caller, who takes part
  for (std::size_t i = 1; i < std::min(count, parallelism); ++i) {
    helpers.push_back(runtime.Spawn(name, [share] { share->WorkOff(); }));
  }
  share->WorkOff();
  absl::Status all_returned;
  for (const ActivityId helper : helpers) all_returned.Update(runtime.Join(helper));
  return all_returned;
}

}  // namespace fencepost
