// The columns of a worker's row: which, how they are read and written, and which of them an
// operation of the lifecycle table changes.
#pragma once

#include <string>

#include "core/transition.h"
#include "core/worker.h"
#include "store_sqlite/statement.h"

namespace fencepost::sqlite {

struct WorkerColumn {
  std::string_view name;
  void (*bind)(Query& query, const WorkerRow& row);
  void (*read)(const Query& query, int column, WorkerRow& row);
  bool (*changes)(const TransitionRule& rule);  // by this operation
};

inline constexpr std::size_t kWorkerColumnCount = 16;
extern const WorkerColumn kWorkerColumns[kWorkerColumnCount];

// "worker_id, pod_name, ..."
std::string WorkerColumnList();
// A row whose columns are WorkerColumnList.
WorkerRow ReadWorker(const Query& query);

// The statement that stores what the operation may have changed, and its parameters.
std::string UpdateStatement(const TransitionRule& rule);
void BindUpdate(const TransitionRule& rule, const WorkerRow& row, Query& query);

// The statement that stores a new row, and its parameters.
std::string InsertStatement();
void BindInsert(const WorkerRow& row, Query& query);

}  // namespace fencepost::sqlite
