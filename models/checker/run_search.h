// Runs the search that the options select: its order, its table and its threads.
#pragma once

#include "models/checker/breadth_first.h"
#include "models/checker/depth_first.h"
#include "models/checker/search.h"

namespace fencepost::models {

template <Model M>
SearchResult<typename M::State> Search(const M& model, const SearchOptions& options) {
  if (options.order == SearchOrder::kDepthFirst) {
    if (options.compaction) return DepthFirst<M, CompactSlots>(model, options).Run();
    return DepthFirst<M, ExactSlots>(model, options).Run();
  }
  if (options.compaction) return BreadthFirst<M, CompactSlots>(model, options).Run();
  return BreadthFirst<M, ExactSlots>(model, options).Run();
}

}  // namespace fencepost::models
