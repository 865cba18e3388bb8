// Rows and results as one line of text each: what failures show and what the differential test
// compares. Everything that a row or result holds is in its text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/events/event.h"
#include "core/lifecycle/lifecycle.h"
#include "core/seams/worker_store.h"

namespace fencepost::store_contract {

std::string FullText(absl::Time time);
std::string FullText(const WorkerRow& row);
std::string FullText(const ControlPlaneRow& row);
std::string FullText(const SessionRow& row);
std::string FullText(const WorkerSnapshot& snapshot);
std::string FullText(const WorkerLease& lease);
std::string FullText(const OwnedWorker& owned);
std::string FullText(const CpId& cp);
std::string FullText(const ClaimReply& reply);
std::string FullText(const SessionHandle& session);
std::string FullText(const SessionReply& reply);
std::string FullText(const LeadershipReply& reply);
std::string FullText(const ClaimResult& result);
std::string FullText(const TransitionResult& result);
std::string FullText(CpState state);
std::string FullText(std::int64_t count);
// The code alone: stores may use words of their own.
std::string FullText(const absl::Status& status);
// Empty for events that no store sends.
std::string FullText(const Event& event);

template <class T>
std::string FullText(const std::optional<T>& value) {
  return value.has_value() ? FullText(*value) : "none";
}

template <class T>
std::string FullText(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += FullText(value) + "; ";
  return text + "]";
}

template <class T>
std::string FullText(const absl::StatusOr<T>& result) {
  return result.ok() ? FullText(*result) : FullText(result.status());
}

}  // namespace fencepost::store_contract
