// An invariant of the whole system, as an observer of the event stream.
//
// Properties are judged on what truly happened (the store's commits, the pods' real deletions,
// what workers accepted), never on what the core says of itself; what the core was told is
// compared with it. Safety is judged at every event, convergence once everything is at rest.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/events/event.h"
#include "core/events/rest_view.h"

namespace fencepost::properties {

struct Violation {
  std::string property;
  std::string sentence;  // what should have held
  std::string detail;    // what happened instead, with the worker, epochs and names
};

class Property : public EventObserver {
 public:
  // The name and the sentence are literals.
  Property(std::string_view name, std::string_view sentence) : name_(name), sentence_(sentence) {}

  std::string_view name() const { return name_; }
  std::string_view sentence() const { return sentence_; }

  // Forgets the last execution.
  virtual void Reset() { violation_.reset(); }
  void On(const Event& event) override { static_cast<void>(event); }
  // Called once, when faults are over and the system has had its time to recover.
  virtual void AtRest(const RestView& rest) { static_cast<void>(rest); }
  // True for properties that only AtRest can break.
  virtual bool convergence() const { return false; }

  const std::optional<Violation>& violation() const { return violation_; }

  // The settings that the system runs with, read at each use; may be null.
  void Watch(const Config* config) { config_ = config; }

 protected:
  const Config* config() const { return config_; }
  // The first violation of an execution is kept.
  void Broken(std::string detail) {
    if (violation_.has_value()) return;
    violation_ = Violation{std::string(name_), std::string(sentence_), std::move(detail)};
  }

 private:
  const std::string_view name_;
  const std::string_view sentence_;
  const Config* config_ = nullptr;
  std::optional<Violation> violation_;
};

}  // namespace fencepost::properties
