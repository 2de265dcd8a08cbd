#include "aoe_mount/commands/hook.h"

namespace aoe_mount {

bool run_hook(std::string_view name, const std::string& command, Tasks& tasks, Progress& progress) {
  if (command.empty()) return true;
  progress.step("running the hook {}", name);
  const int job = tasks.start(Run{{"sh", "-c", command}, "done"});
  const auto end = tasks.now() + std::chrono::minutes(1);
  while (tasks.now() < end && !tasks.has_end_signal()) {
    for (const Finished& finished : tasks.wait(end)) {
      if (finished.job != job) continue;
      if (!finished.outcome.done) progress.error("the hook {}: {}", name, finished.outcome.text);
      return finished.outcome.done;
    }
  }
  tasks.abandon(job);
  progress.error("the hook {} {}", name,
                 tasks.now() < end ? "was abandoned: received a signal" : "did not finish within a minute");
  return false;
}

}  // namespace aoe_mount
