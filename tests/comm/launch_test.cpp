// What a process makes of its launch before MPI starts. Each test is a process of its own: it changes the
// environment.
#include "comm/launch.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "shoal/base/error.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

constexpr int kSingle = 0;
constexpr int kSerialized = 2;
constexpr int kMultiple = 3;

void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

class Launch : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "PMI_SIZE", "PMIX_NAMESPACE",
                             "PMIX_RANK", "PMIX_SERVER_TMPDIR", "PMIX_SERVER_URI41"}) {
      ::unsetenv(name);
    }
  }
};

TEST_F(Launch, OneProcessForgetsTheServerItStandsUnder) {
  set("OMPI_COMM_WORLD_SIZE", "1");
  set("PMIX_NAMESPACE", "1501036545");
  set("PMIX_SERVER_URI41", "1501036544.0;tcp4://127.0.0.1:57267");
  set("OMPI_MCA_ess", "^singleton");
  set("OMPI_MCA_orte_launch", "1");
  set("SLURM_STEP_ID", "0");
  prepare_launch();
  for (const char* name :
       {"PMIX_NAMESPACE", "PMIX_SERVER_URI41", "OMPI_MCA_ess", "OMPI_MCA_orte_launch", "SLURM_STEP_ID"}) {
    EXPECT_EQ(std::getenv(name), nullptr) << name;
  }
}

TEST_F(Launch, SettingsOfTheUsersAndOfTheBatchSystemStay) {
  set("PMIX_MCA_gds", "hash");
  set("OMPI_MCA_btl", "tcp,self");
  set("SLURM_MEM_PER_NODE", "8000");
  set("SLURM_JOB_END_TIME", "1800000000");
  prepare_launch();
  for (const char* name : {"PMIX_MCA_gds", "OMPI_MCA_btl", "SLURM_MEM_PER_NODE", "SLURM_JOB_END_TIME"}) {
    EXPECT_NE(std::getenv(name), nullptr) << name;
  }
}

TEST_F(Launch, SeveralProcessesKeepTheirServer) {
  set("OMPI_COMM_WORLD_SIZE", "2");
  set("PMIX_NAMESPACE", "1501036545");
  prepare_launch();
  EXPECT_STREQ(std::getenv("PMIX_NAMESPACE"), "1501036545");
}

TEST_F(Launch, SeveralProcessesWithoutAServerAreRefused) {
  set("SLURM_STEP_NUM_TASKS", "4");
  EXPECT_THROW(prepare_launch(), UsageError);
}

TEST_F(Launch, OnlyTheFirstCommandOfSeveralProcessesIsConnected) {
  const testing::ScratchFolder folder;
  set("SLURM_STEP_NUM_TASKS", "4");
  set("PMIX_NAMESPACE", "slurm.pmix.16.0");
  set("PMIX_SERVER_TMPDIR", folder.path().string());
  set("PMIX_SERVER_URI41", "pmix-server.18009;tcp4://127.0.0.1:50199");
  set("PMIX_RANK", "0");
  prepare_launch();
  EXPECT_THROW(prepare_launch(), UsageError);
  // Another process of the same node, and the same job once more, after a node was lost.
  set("PMIX_RANK", "1");
  EXPECT_NO_THROW(prepare_launch());
  set("PMIX_SERVER_URI41", "pmix-server.1811;tcp4://127.0.0.1:50200");
  EXPECT_NO_THROW(prepare_launch());
}

TEST_F(Launch, FewerConnectedThanLaunchedAreRefused) {
  set("SLURM_STEP_NUM_TASKS", "4");
  set("PMIX_NAMESPACE", "slurm.pmix.16.0");
  EXPECT_NO_THROW(require_all_connected(4));
  EXPECT_THROW(require_all_connected(1), UsageError);
}

TEST_F(Launch, RanksOfMpirunMayBeFewerThanItsDaemons) {
  set("OMPI_COMM_WORLD_SIZE", "2");
  set("SLURM_STEP_NUM_TASKS", "3");
  set("PMIX_NAMESPACE", "1501036545");
  EXPECT_NO_THROW(require_all_connected(2));
  EXPECT_THROW(require_all_connected(1), UsageError);
}

TEST_F(Launch, AnMpiOfFewerThreadsIsRefused) {
  EXPECT_NO_THROW(require_thread_level(kMultiple, kMultiple));
  EXPECT_THROW(require_thread_level(kSerialized, kMultiple), UsageError);
  EXPECT_THROW(require_thread_level(kSingle, kMultiple), UsageError);
}

}  // namespace
}  // namespace shoal
