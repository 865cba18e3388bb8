// Fiber: a stack of its own with something to run on it, switched to and from by hand.
//
// The stack is mapped memory with a guard page below, so an overflow is a fault and not a silent
// corruption. A fiber's entry never returns: it loops, and whoever owns the fiber gives it new
// work, so that one fiber serves many tasks and nothing is ever unwound by force. Destroying a
// fiber frees its stack without running any destructor on it.
// The C++ exception state is saved and restored at each switch, so code may switch inside a
// `catch`. AddressSanitizer and ThreadSanitizer are told of each switch.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>

#include "sim/engine/sanitizer_hooks.h"

namespace fencepost::sim {

class Fiber {
 public:
  using Entry = void (*)(void* argument);  // must not return

  // Stands for the thread that switches to the first fiber. It has no stack of its own.
  Fiber() = default;
  // REQUIRES: stack_bytes > 0; rounded up to whole pages.
  Fiber(size_t stack_bytes, Entry entry, void* argument);
  ~Fiber();

  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Leaves `from`, which must be running, and continues `to`. Returns when something switches back
  // to `from`. A fiber may be continued by another thread than the one it last ran on, once
  // EnterThread was called there.
  static void Switch(Fiber& from, Fiber& to);

  // To be called on the fiber that stands for a thread, before its first switch there.
  void EnterThread();

 private:
  // The part of the C++ runtime's state that belongs to a stack: the exceptions being handled and
  // the number of those in flight. The layout is the Itanium C++ ABI's; <cxxabi.h> only names it.
  struct ExceptionState {
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };
  struct Passage {
    Fiber* from;
    Fiber* to;
  };

  static void Start(boost::context::detail::transfer_t transfer);
  static void Arrive(Fiber& self, void* fake_stack, boost::context::detail::transfer_t transfer);

  boost::context::detail::fcontext_t context_ = nullptr;
  // The C++ runtime's record of the thread this runs on, handed on at each switch: cheaper than
  // looking it up, and right when the thread changes.
  ExceptionState* exception_state_ = nullptr;
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  void* mapping_ = nullptr;  // guard page and stack
  size_t mapping_bytes_ = 0;
  const void* stack_bottom_ = nullptr;
  size_t stack_bytes_ = 0;
  void* thread_fiber_ = nullptr;  // ThreadSanitizer's
};

inline void Fiber::Arrive(Fiber& self, void* fake_stack,
                          boost::context::detail::transfer_t transfer) {
  Fiber& from = *static_cast<Passage*>(transfer.data)->from;
  from.context_ = transfer.fctx;
  self.exception_state_ = from.exception_state_;
  sanitizer::AfterSwitch(fake_stack, &from.stack_bottom_, &from.stack_bytes_);
}

// Inline because the processor mispredicts each return which follows a switch.
[[gnu::always_inline]] inline void Fiber::Switch(Fiber& from, Fiber& to) {
  const ExceptionState saved = *from.exception_state_;
  Passage passage{&from, &to};
  void* fake_stack = nullptr;
  sanitizer::BeforeSwitch(&fake_stack, to.stack_bottom_, to.stack_bytes_, to.thread_fiber_);
  Arrive(from, fake_stack, boost::context::detail::jump_fcontext(to.context_, &passage));
  *from.exception_state_ = saved;
}

}  // namespace fencepost::sim
