// A control plane as a program of one's own runs it: spawns, serves, refreshes, shuts down.
#pragma once

#include <string>

#include "fencepost/core/seams/lifecycle_store.h"

// True when everything went as it should; says what it did. `name` is the control plane's.
bool Serve(fencepost::LifecycleStore& store, const std::string& name);
