// Rates are of this run's own tiles: what came from the journal took no time.
#include "pipeline/engine/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "shoal/base/environment.hpp"
#include "shoal/base/log.hpp"

namespace shoal {

using nlohmann::ordered_json;

void Progress::begin_run(std::string job, int ranks) {
  const std::lock_guard lock(mutex_);
  job_ = std::move(job);
  ranks_ = ranks;
  started_ = log::utc_time();
}

void Progress::begin_stage(std::string_view stage) {
  const std::lock_guard lock(mutex_);
  stage_ = stage;
  stage_started_ = log::utc_time();
  finished_by_.clear();
}

void Progress::tiles(const std::vector<std::int64_t>& finished_by, std::int64_t to_compute,
                     std::int64_t reused) {
  const std::lock_guard lock(mutex_);
  if (finished_by_.empty()) tiles_begun_ = Clock::now();
  finished_by_ = finished_by;
  to_compute_ = to_compute;
  reused_ = reused;
}

void Progress::set_state(std::string_view state) {
  const std::lock_guard lock(mutex_);
  state_ = state;
}

std::string Progress::json() const {
  const std::lock_guard lock(mutex_);
  ordered_json text{{"state", state_},           {"job", job_},
                    {"host", host_name()},       {"process", static_cast<std::int64_t>(::getpid())},
                    {"ranks", ranks_},           {"started", started_},
                    {"updated", log::utc_time()}};
  if (!stage_.empty()) text["stage"] = {{"name", stage_}, {"started", stage_started_}};
  const std::string message = log::last_progress();
  if (!message.empty()) text["last_message"] = message;
  if (!finished_by_.empty()) {
    const std::int64_t done = std::accumulate(finished_by_.begin(), finished_by_.end(), std::int64_t{0});
    const auto slowest = std::min_element(finished_by_.begin(), finished_by_.end());
    const std::chrono::duration<double> seconds = Clock::now() - tiles_begun_;
    const double rate = static_cast<double>(done) / std::max(seconds.count(), 1e-3);
    ordered_json tiles{{"done", done + reused_},
                       {"of", to_compute_ + reused_},
                       {"from_the_journal", reused_},
                       {"per_second", rate},
                       {"slowest_rank", {{"rank", slowest - finished_by_.begin()}, {"done", *slowest}}}};
    if (done > 0) tiles["seconds_left"] = static_cast<double>(to_compute_ - done) / rate;
    text["tiles"] = std::move(tiles);
  }
  return text.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace shoal
