#include "sim/engine/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sim/engine/check.h"

namespace fencepost::sim {

Fiber::Fiber(size_t stack_bytes, Entry entry, void* argument) : entry_(entry), argument_(argument) {
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  stack_bytes_ = (stack_bytes * sanitizer::kStackFactor + page - 1) / page * page;
  mapping_bytes_ = stack_bytes_ + page;
  mapping_ = mmap(nullptr, mapping_bytes_, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  Check(mapping_ != MAP_FAILED, "cannot map memory for a fiber's stack");
  Check(mprotect(mapping_, page, PROT_NONE) == 0, "cannot protect a fiber's guard page");
  char* bottom = static_cast<char*>(mapping_) + page;
  stack_bottom_ = bottom;
  sanitizer::Unpoison(bottom, stack_bytes_);
  thread_fiber_ = sanitizer::CreateThreadFiber();
  context_ =
      boost::context::detail::make_fcontext(bottom + stack_bytes_, stack_bytes_, &Fiber::Start);
}

Fiber::~Fiber() {
  if (mapping_ == nullptr) return;
  sanitizer::Unpoison(stack_bottom_, stack_bytes_);
  sanitizer::DestroyThreadFiber(thread_fiber_);
  munmap(mapping_, mapping_bytes_);
}

void Fiber::EnterThread() {
  exception_state_ = reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals());
  thread_fiber_ = sanitizer::CurrentThreadFiber();
}

void Fiber::Start(boost::context::detail::transfer_t transfer) {
  Fiber& self = *static_cast<Passage*>(transfer.data)->to;
  Arrive(self, nullptr, transfer);
  *self.exception_state_ = ExceptionState();
  self.entry_(self.argument_);
  CheckFailed("a fiber's entry returned");
}

}  // namespace fencepost::sim
