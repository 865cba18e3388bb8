#include "service.h"

#include <cstdio>
#include <random>
#include <thread>
#include <vector>

#include "fencepost/core/plane/control_plane.h"
#include "fencepost/core/threads/thread_runtime.h"
#include "local_platform.h"

using namespace fencepost;

namespace {

class Silent : public EventObserver {
 public:
  void On(const Event&) override {}
};

Config QuickLoops() {
  Config config;
  config.warm_target[Image("image-1")] = 1;
  config.upkeep_interval = config.refresh_tick = absl::Milliseconds(20);
  config.pod_poll = config.acquire_poll = absl::Milliseconds(5);
  return config;
}

}  // namespace

bool Serve(LifecycleStore& store, const std::string& name) {
  ThreadRuntime runtime;
  LocalPlatform platform;
  Silent observer;
  const Config config = QuickLoops();
  auto made = ControlPlane::Create({.lifecycle = {.cp = CpId(name),
                                                  .boot = BootId{std::random_device()()},
                                                  .runtime = &runtime,
                                                  .store = &store,
                                                  .pods = &platform,
                                                  .secrets = &platform,
                                                  .observer = &observer,
                                                  .config = &config},
                                    .issuer = &platform,
                                    .rpc = &platform});
  if (!made.ok()) {
    std::printf("%s\n", made.status().ToString().c_str());
    return false;
  }
  ControlPlane& plane = **made;
  absl::Status started;
  runtime.Run([&] { started = plane.Start(); });
  if (!started.ok()) {
    std::printf("%s\n", started.ToString().c_str());
    return false;
  }

  constexpr int kClients = 4;
  std::vector<absl::Status> served(kClients);
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      const SessionToken token(name + "-client-" + std::to_string(i));
      runtime.Run([&] {
        const absl::StatusOr<Acquired> worker =
            plane.Acquire({.org = Org("org-" + std::to_string(i % 2)),
                           .image = Image("image-1"),
                           .token = token,
                           .patience = absl::Seconds(30)});
        served[i] = worker.status();
        // Until the credentials of some worker have been replaced under it.
        while (served[i].ok() && plane.Serves(worker->session) && platform.refreshes() < kClients) {
          served[i] = runtime.SleepUntil(runtime.Now() + absl::Milliseconds(10));
        }
        if (served[i].ok() && !plane.Serves(worker->session)) {
          served[i] = absl::AbortedError("lost");
        }
        if (served[i].ok()) served[i] = plane.Release(worker->session);
      });
    });
  }
  for (std::thread& client : clients) client.join();

  absl::StatusOr<ShutdownReport> report;
  runtime.Run([&] { report = plane.Stop(); });
  runtime.StopAndWait();
  bool well = report.ok() && report->left == 0 && platform.pods() == 0 && platform.secrets() == 0;
  for (const absl::Status& status : served) {
    if (!status.ok()) std::printf("client: %s\n", status.ToString().c_str());
    well = well && status.ok();
  }
  std::printf(
      "%s: %d clients served, credentials replaced %d times, %d workers retired, "
      "%d pods and %d secrets left\n",
      name.c_str(), kClients, platform.refreshes(), report.ok() ? report->retired : -1,
      platform.pods(), platform.secrets());
  return well;
}
