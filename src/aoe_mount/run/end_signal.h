// EndSignal: SIGTERM and SIGINT, for an `up` that is still waiting when the machine goes down. It must not
// leave work behind that mounts something after `down` has looked.
#pragma once

namespace aoe_mount {

// Has these signals noted from now on, instead of ending the process.
void catch_end_signals();
bool end_signal_came();

}  // namespace aoe_mount
