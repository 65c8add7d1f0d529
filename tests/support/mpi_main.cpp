// main() of test programs that run under mpirun: every rank runs every test, failures name their rank, and
// the program fails on all ranks if it failed on one.
#include <gtest/gtest.h>
#include <mpi.h>
#include <unistd.h>

#include <cstdio>

#include "support/mpi_world.hpp"

namespace shoal::testing {
namespace {

Communicator* world_pointer = nullptr;

/// Ends the job when a test stalls, naming it, in place of waiting for ctest's limit.
class RankListener : public ::testing::EmptyTestEventListener {
  void OnTestStart(const ::testing::TestInfo& info) override {
    std::snprintf(current_, sizeof current_, "%s.%s", info.test_suite_name(), info.name());
    ::alarm(90);
    MPI_Barrier(MPI_COMM_WORLD);
  }
  void OnTestPartResult(const ::testing::TestPartResult& result) override {
    if (result.failed()) std::fprintf(stderr, "rank %d: failure in %s\n", world().rank(), current_);
  }
  void OnTestEnd(const ::testing::TestInfo&) override {
    MPI_Barrier(MPI_COMM_WORLD);
    ::alarm(0);
  }

  char current_[200] = "";
};

}  // namespace

Communicator& world() { return *world_pointer; }

}  // namespace shoal::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  shoal::MpiSession session;
  shoal::testing::world_pointer = &session.world();
  auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
  if (session.world().rank() != 0) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new shoal::testing::RankListener);
  std::int64_t failed = RUN_ALL_TESTS();
  if (::testing::UnitTest::GetInstance()->test_to_run_count() == 0) failed = 1;
  return session.world().max(failed) != 0 ? 1 : 0;
}
