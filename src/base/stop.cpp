// A thread waits for the signals that ask for a stop, so that nothing runs in a signal handler.
#include "shoal/base/stop.hpp"

#include <unistd.h>
#include <csignal>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace {

using std::chrono::milliseconds;

std::atomic<bool> stop_flag{false};

/// Five seconds are promised.
constexpr milliseconds kGrace{4000};
/// mpirun sends SIGKILL one second after SIGTERM.
constexpr milliseconds kGraceUnderMpirun{700};

void leave_after(milliseconds grace) {
  std::thread([grace] {
    std::this_thread::sleep_for(grace);
    ::_exit(static_cast<int>(ExitCode::interrupted));
  }).detach();
}

void stop(const std::string& reason, milliseconds grace) {
  leave_after(grace);
  if (stop_flag.exchange(true)) return;
  log::warning("{}: leaving; run the same command again", reason);
}

const char* name_of(int signal) {
  switch (signal) {
    case SIGINT:
      return "Ctrl-C";
    case SIGTERM:
      return "SIGTERM received";
    case SIGUSR1:
      return "SIGUSR1 received";
    default:
      return "SIGUSR2 received";
  }
}

void wait_for_signals(sigset_t signals, bool under_mpirun) {
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    const bool killed_soon = under_mpirun && (signal == SIGINT || signal == SIGTERM);
    stop(name_of(signal), killed_soon ? kGraceUnderMpirun : kGrace);
  }
}

}  // namespace

void install_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Not by the thread: MPI_Init changes the environment, and getenv beside setenv reads what is freed.
  const bool under_mpirun = std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr;
  std::thread(wait_for_signals, signals, under_mpirun).detach();
}

void request_stop(const std::string& reason) { stop(reason, kGrace); }

bool stop_requested() { return stop_flag; }

void leave_if_stop_requested() {
  if (stop_flag) throw Interrupted();
}

}  // namespace shoal
