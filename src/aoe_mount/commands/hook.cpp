#include "aoe_mount/commands/hook.h"

namespace aoe_mount {

bool run_hook(std::string_view name, const std::string& command, Machine& machine, Progress& progress) {
  if (command.empty()) return true;
  progress.step("running the hook {}", name);
  const int job = machine.start(Run{{"sh", "-c", command}, "done"});
  const auto end = machine.now() + std::chrono::minutes(1);
  while (machine.now() < end && !machine.has_end_signal()) {
    for (const Finished& finished : machine.wait(end)) {
      if (finished.job != job) continue;
      if (!finished.outcome.done) progress.error("the hook {}: {}", name, finished.outcome.text);
      return finished.outcome.done;
    }
  }
  machine.abandon(job);
  progress.error("the hook {} {}", name,
                 machine.now() < end ? "was abandoned: received a signal" : "did not finish within a minute");
  return false;
}

}  // namespace aoe_mount
