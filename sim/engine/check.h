// Assertions which stay on in every build: a simulator that carries on after a broken
// precondition would report nonsense as a finding.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace fencepost::sim {

[[noreturn, gnu::cold, gnu::noinline]] inline void CheckFailed(const char* sentence) {
  std::fprintf(stderr, "fencepost engine: %s\n", sentence);
  std::abort();
}

// `sentence` says what was required.
inline void Check(bool holds, const char* sentence) {
  if (!holds) [[unlikely]]
    CheckFailed(sentence);
}

}  // namespace fencepost::sim
