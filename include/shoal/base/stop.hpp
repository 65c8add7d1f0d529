// Stopping in good order: a signal sets a flag, which work looks at between tiles, layers and iterations.
#pragma once

namespace shoal {

/// From here on SIGINT, SIGTERM, SIGUSR1 and SIGUSR2 ask for a stop. A process that has not left of its own
/// accord after the grace (mpirun kills its ranks one second after SIGTERM) leaves with exit code 75.
/// Call once, before any other thread is started.
void install_stop_signals();

/// Whether a stop was asked for.
bool stop_requested();

/// Throws Interrupted if a stop was asked for.
void leave_if_stop_requested();

}  // namespace shoal
