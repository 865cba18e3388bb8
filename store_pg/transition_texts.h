// The statements of transitions. Each is generated once and kept.
#pragma once

#include <map>
#include <mutex>

#include "store_pg/transition_sql.h"

namespace fencepost::pg {

class TransitionTexts {
 public:
  // The reference is valid for the life of this object.
  const TransitionStatement& Of(const TransitionShape& shape) {
    const std::lock_guard lock(mutex_);
    auto place = texts_.lower_bound(shape);
    if (place == texts_.end() || place->first != shape) {
      place = texts_.emplace_hint(place, shape, WriteTransition(shape));
    }
    return place->second;
  }

 private:
  std::mutex mutex_;
  std::map<TransitionShape, TransitionStatement> texts_;
};

}  // namespace fencepost::pg
