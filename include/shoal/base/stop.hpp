// Stopping in good order: a signal or a deadline sets a flag, which work looks at between tiles, layers and
// iterations.
#pragma once

#include <string>

namespace shoal {

/// From here on SIGINT, SIGTERM, SIGUSR1 and SIGUSR2 ask for a stop. Call once, before any other thread is
/// started.
void install_stop_signals();

/// Asks for a stop; reason is told once. A process that has not left of its own accord after the grace (4 s;
/// 0.7 s after SIGINT or SIGTERM under mpirun, which kills its ranks a second later) leaves with exit code
/// 75: what is finished lies in the journal, and a rank that waits for one that is gone would wait for ever.
void request_stop(const std::string& reason);

/// Whether a stop was asked for.
bool stop_requested();

/// Throws Interrupted if a stop was asked for.
void leave_if_stop_requested();

}  // namespace shoal
