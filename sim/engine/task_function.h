// TaskFunction: a move-only void() callable that keeps up to 64 bytes of captures inline, so that
// starting a task does not allocate. Larger callables go to the heap.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace fencepost::sim {

class TaskFunction {
 public:
  static constexpr std::size_t kInlineBytes = 64;

  TaskFunction() = default;

  template <typename F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, TaskFunction> &&
           std::is_invocable_v<std::decay_t<F>&>)
      TaskFunction(F&& callable) {  // Implicit: a lambda is passed where a TaskFunction is wanted.
    using Callable = std::decay_t<F>;
    if constexpr (FitsInline<Callable>()) {
      new (storage_) Callable(std::forward<F>(callable));
      if constexpr (std::is_trivially_copyable_v<Callable>) {
        operations_ = &kTrivial<Callable>;
      } else {
        operations_ = &kInline<Callable>;
      }
    } else {
      new (storage_) Callable*(new Callable(std::forward<F>(callable)));
      operations_ = &kOnHeap<Callable>;
    }
  }

  TaskFunction(TaskFunction&& other) noexcept { TakeFrom(other); }
  TaskFunction& operator=(TaskFunction&& other) noexcept {
    if (this != &other) {
      Reset();
      TakeFrom(other);
    }
    return *this;
  }
  ~TaskFunction() { Reset(); }

  explicit operator bool() const { return operations_ != nullptr; }

  // REQUIRES: not empty.
  void operator()() { operations_->call(storage_); }

  void Reset() {
    if (operations_ == nullptr) return;
    // Emptied first: a capture's destructor may run arbitrary code.
    const Operations* operations = std::exchange(operations_, nullptr);
    if (operations->destroy != nullptr) operations->destroy(storage_);
  }

 private:
  struct Operations {
    void (*call)(void*);
    void (*move)(void* from, void* to);  // leaves `from` destroyed; nullptr: copy the bytes
    void (*destroy)(void*);              // nullptr: nothing to do
  };

  template <typename Callable>
  static constexpr bool FitsInline() {
    return sizeof(Callable) <= kInlineBytes && alignof(Callable) <= alignof(std::max_align_t) &&
           std::is_nothrow_move_constructible_v<Callable>;
  }

  // Most tasks capture pointers and numbers; they need no calls to be moved and destroyed.
  template <typename Callable>
  static constexpr Operations kTrivial = {
      [](void* self) { static_cast<void>((*static_cast<Callable*>(self))()); }, nullptr, nullptr};
  template <typename Callable>
  static constexpr Operations kInline = {
      [](void* self) { static_cast<void>((*static_cast<Callable*>(self))()); },
      [](void* from, void* to) {
        auto* callable = static_cast<Callable*>(from);
        new (to) Callable(std::move(*callable));
        callable->~Callable();
      },
      [](void* self) { static_cast<Callable*>(self)->~Callable(); },
  };
  template <typename Callable>
  static constexpr Operations kOnHeap = {
      [](void* self) { static_cast<void>((**static_cast<Callable**>(self))()); },
      nullptr,
      [](void* self) { delete *static_cast<Callable**>(self); },
  };

  void TakeFrom(TaskFunction& other) {
    operations_ = std::exchange(other.operations_, nullptr);
    if (operations_ == nullptr) return;
    if (operations_->move == nullptr) {
      std::memcpy(storage_, other.storage_, kInlineBytes);
    } else {
      operations_->move(other.storage_, storage_);
    }
  }

  const Operations* operations_ = nullptr;
  alignas(std::max_align_t) std::byte storage_[kInlineBytes] = {};
};

}  // namespace fencepost::sim
