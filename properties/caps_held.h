// The caps are exact, however many control planes create and claim at the same time.
#pragma once

#include "absl/container/btree_map.h"
#include "core/events/worker_table.h"
#include "properties/ledger.h"
#include "properties/property.h"

namespace fencepost::properties {

class CapsHeld : public Property {
 public:
  CapsHeld() : Property("caps-held", "No create and no claim goes beyond the caps.") {}

  void Reset() override;
  void On(const Event& event) override;

 private:
  struct Known {
    WorkerState state = WorkerState::kSpawning;
    Org org;
    Image image;
    CpId owner;
  };
  void OnCommit(const RowCommitted& commit);
  void Account(const WorkerRow& row);
  // Adds the worker to the counts (+1) or removes it (-1), as it is known.
  void Count(const Known& known, std::int64_t sign);
  void JudgeCreate(const WorkerRow& row);
  std::int64_t CountWarm(const Image& image) const;

  WorkerTable<Known> workers_;
  absl::btree_map<Org, std::int64_t> of_org_;  // active workers
  std::int64_t active_ = 0;
  // Workers without an org that are idle or being spawned, of each image by their owners.
  absl::btree_map<Image, absl::btree_map<CpId, std::int64_t>> warm_;
  Ledger ledger_;
};

}  // namespace fencepost::properties
