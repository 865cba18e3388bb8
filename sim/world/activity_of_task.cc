#include "sim/world/activity_of_task.h"

namespace fencepost::sim {

std::string_view ActivityOfTask(const Engine& engine) {
  if (!engine.in_task() || engine.current_process() == ProcessId{0}) return {};
  std::string_view name = engine.task_name(engine.current_task());
  name.remove_prefix(engine.process_name(engine.current_process()).size() + 1);  // "cp-1/"
  return name.substr(0, name.rfind('#'));
}

}  // namespace fencepost::sim
