// What AddressSanitizer and ThreadSanitizer must be told of fibers and their stacks. Without a
// sanitizer these functions are empty.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FENCEPOST_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define FENCEPOST_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define FENCEPOST_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define FENCEPOST_THREAD_SANITIZER 1
#endif

#if defined(FENCEPOST_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(FENCEPOST_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
#endif

namespace fencepost::sim::sanitizer {

// Instrumented code needs several times the stack.
#if defined(FENCEPOST_ADDRESS_SANITIZER) || defined(FENCEPOST_THREAD_SANITIZER)
inline constexpr size_t kStackFactor = 4;
#else
inline constexpr size_t kStackFactor = 1;
#endif

inline void BeforeSwitch([[maybe_unused]] void** fake_stack,
                         [[maybe_unused]] const void* stack_bottom,
                         [[maybe_unused]] size_t stack_bytes, [[maybe_unused]] void* thread_fiber) {
#if defined(FENCEPOST_ADDRESS_SANITIZER)
  __sanitizer_start_switch_fiber(fake_stack, stack_bottom, stack_bytes);
#endif
#if defined(FENCEPOST_THREAD_SANITIZER)
  __tsan_switch_to_fiber(thread_fiber, 0);
#endif
}

// Tells where the stack lies that was left.
inline void AfterSwitch([[maybe_unused]] void* fake_stack,
                        [[maybe_unused]] const void** left_bottom,
                        [[maybe_unused]] size_t* left_bytes) {
#if defined(FENCEPOST_ADDRESS_SANITIZER)
  __sanitizer_finish_switch_fiber(fake_stack, left_bottom, left_bytes);
#endif
}

// For a stack before its first use and after its last: the shadow of unmapped memory stays as it
// is, and the address may be mapped again.
inline void Unpoison([[maybe_unused]] const void* stack_bottom,
                     [[maybe_unused]] size_t stack_bytes) {
#if defined(FENCEPOST_ADDRESS_SANITIZER)
  __asan_unpoison_memory_region(stack_bottom, stack_bytes);
#endif
}

inline void* CreateThreadFiber() {
#if defined(FENCEPOST_THREAD_SANITIZER)
  return __tsan_create_fiber(0);
#else
  return nullptr;
#endif
}

inline void DestroyThreadFiber([[maybe_unused]] void* fiber) {
#if defined(FENCEPOST_THREAD_SANITIZER)
  __tsan_destroy_fiber(fiber);
#endif
}

inline void* CurrentThreadFiber() {
#if defined(FENCEPOST_THREAD_SANITIZER)
  return __tsan_get_current_fiber();
#else
  return nullptr;
#endif
}

}  // namespace fencepost::sim::sanitizer
