// A thread waits for the signals that ask for a stop, so that nothing runs in a signal handler.
#include "shoal/base/stop.hpp"

#include <unistd.h>
#include <csignal>

#include <atomic>
#include <chrono>
#include <thread>

#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace {

std::atomic<bool> stop_flag{false};

/// mpirun sends SIGKILL one second after SIGTERM; a rank that waits in a collective for one that has left
/// already must go by itself before that.
constexpr auto kGrace = std::chrono::milliseconds(700);

void wait_for_signal(sigset_t signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  stop_flag = true;
  log::warning("{} received: leaving; run the same command again",
               signal == SIGINT ? "Ctrl-C" : "a stop signal");
  std::this_thread::sleep_for(kGrace);
  ::_exit(static_cast<int>(ExitCode::interrupted));
}

}  // namespace

void install_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread(wait_for_signal, signals).detach();
}

bool stop_requested() { return stop_flag; }

void leave_if_stop_requested() {
  if (stop_flag) throw Interrupted();
}

}  // namespace shoal
