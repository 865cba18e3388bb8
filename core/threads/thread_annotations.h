// What clang's thread-safety analysis is told: which data a mutex guards, and which functions need
// it, take it or let it go. See https://clang.llvm.org/docs/ThreadSafetyAnalysis.html.
//
// The analysis runs in a test (tests/core/thread_safety), with clang -Wthread-safety. Other
// compilers see no annotation. std::mutex has no annotations in libstdc++, so Mutex wraps it.
#pragma once

#include <mutex>

#if defined(__clang__)
#define FENCEPOST_THREAD_ANNOTATION(annotation) __attribute__((annotation))
#else
#define FENCEPOST_THREAD_ANNOTATION(annotation)
#endif

// A class whose objects can be held.
#define FENCEPOST_CAPABILITY(name) FENCEPOST_THREAD_ANNOTATION(capability(name))
// Data that is read and written only while the mutex is held.
#define FENCEPOST_GUARDED_BY(mutex) FENCEPOST_THREAD_ANNOTATION(guarded_by(mutex))
// A function whose caller holds the mutex; a lambda that is called while it is held.
#define FENCEPOST_REQUIRES(mutex) FENCEPOST_THREAD_ANNOTATION(requires_capability(mutex))
// A function whose caller does not hold the mutex.
#define FENCEPOST_EXCLUDES(mutex) FENCEPOST_THREAD_ANNOTATION(locks_excluded(mutex))
// A function that takes the mutex and returns with it, or lets it go.
#define FENCEPOST_ACQUIRES(...) FENCEPOST_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define FENCEPOST_RELEASES(...) FENCEPOST_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
// A function that ends the process unless the mutex is held.
#define FENCEPOST_ASSERTS_HELD(mutex) FENCEPOST_THREAD_ANNOTATION(assert_capability(mutex))

namespace fencepost {

class FENCEPOST_CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() FENCEPOST_ACQUIRES() { mutex_.lock(); }
  void Unlock() FENCEPOST_RELEASES() { mutex_.unlock(); }

  // For condition variables, which let a mutex go and take it again within one call.
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

}  // namespace fencepost
