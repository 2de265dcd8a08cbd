// The text of a piece of work, as tests expect and answer it: "attach /dev/etherd/e1.0 /mnt".
#pragma once

#include "aoe_mount/work/work.h"

#include <string>

#include <fmt/ranges.h>

namespace tests {

inline std::string work_text(const aoe_mount::Work& work) {
  if (const auto* w = std::get_if<aoe_mount::Probe>(&work)) return "probe " + w->device;
  if (const auto* w = std::get_if<aoe_mount::Ask>(&work)) return "ask " + w->device;
  if (const auto* w = std::get_if<aoe_mount::Attach>(&work))
    return fmt::format("attach {} {}", w->device, w->target);
  if (const auto* w = std::get_if<aoe_mount::Detach>(&work)) {
    return fmt::format("{} {}{}", w->lazy ? "detach lazily" : "detach", w->target,
                       w->pid != 0 ? fmt::format(" of {}", w->pid) : "");
  }
  if (const auto* w = std::get_if<aoe_mount::EndUsers>(&work)) {
    return fmt::format("{} the users of {}{}", w->kill ? "kill" : "end", w->target,
                       w->pid != 0 ? fmt::format(" of {}", w->pid) : "");
  }
  if (const auto* w = std::get_if<aoe_mount::Secure>(&work))
    return fmt::format("secure {}{}", w->target, w->pid != 0 ? fmt::format(" of {}", w->pid) : "");
  if (const auto* w = std::get_if<aoe_mount::SwapOff>(&work)) return "swapoff " + w->path;
  if (const auto* w = std::get_if<aoe_mount::SwapOn>(&work))
    return fmt::format("swapon {} {}", w->device, w->priority);
  if (const auto* w = std::get_if<aoe_mount::Run>(&work)) return fmt::format("{}", fmt::join(w->words, " "));
  if (const auto* w = std::get_if<aoe_mount::Assemble>(&work))
    return fmt::format("{}", fmt::join(w->words(), " "));
  if (const auto* w = std::get_if<aoe_mount::ActivateGroup>(&work)) return "activate " + w->name;
  if (const auto* w = std::get_if<aoe_mount::InspectGroup>(&work)) return "inspect " + w->name;
  if (const auto* w = std::get_if<aoe_mount::Release>(&work)) return "release " + w->path;
  if (std::holds_alternative<aoe_mount::UnloadDriver>(work)) return "unload driver";
  if (std::holds_alternative<aoe_mount::ForgetUnused>(work)) return "forget unused";
  return "measure " + std::get<aoe_mount::Measure>(work).target;
}

}  // namespace tests
