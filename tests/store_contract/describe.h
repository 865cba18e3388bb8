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

std::string Describe(absl::Time time);
std::string Describe(const WorkerRow& row);
std::string Describe(const ControlPlaneRow& row);
std::string Describe(const SessionRow& row);
std::string Describe(const WorkerSnapshot& snapshot);
std::string Describe(const WorkerLease& lease);
std::string Describe(const OwnedWorker& owned);
std::string Describe(const CpId& cp);
std::string Describe(const ClaimReply& reply);
std::string Describe(const SessionReply& reply);
std::string Describe(const LeadershipReply& reply);
std::string Describe(const ClaimResult& result);
std::string Describe(const TransitionResult& result);
std::string Describe(CpState state);
std::string Describe(std::int64_t count);
// The code alone: stores may use words of their own.
std::string Describe(const absl::Status& status);
// Empty for events that no store sends.
std::string Describe(const Event& event);

template <class T>
std::string Describe(const std::optional<T>& value) {
  return value.has_value() ? Describe(*value) : "none";
}

template <class T>
std::string Describe(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += Describe(value) + "; ";
  return text + "]";
}

template <class T>
std::string Describe(const absl::StatusOr<T>& result) {
  return result.ok() ? Describe(*result) : Describe(result.status());
}

}  // namespace fencepost::store_contract
