// Order, columns and wishes of a job's stages.
#include "pipeline/engine/stage_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

[[noreturn]] void refuse_name(const Stage& stage, const std::string& why) {
  const Entry& entry = stage.entry();
  throw UsageError(fmt::format("{}: 'name' in [[{}]] is '{}', which is taken: {}", entry.place, entry.section,
                               entry.name, why));
}

std::set<std::string> names_given(const std::vector<std::unique_ptr<Stage>>& stages) {
  std::set<std::string> names;
  for (const auto& stage : stages) {
    for (const Given& given : stage->gives()) {
      if (!names.insert(given.name).second)
        refuse_name(*stage, fmt::format("the job has [{}] already", given.name));
    }
  }
  return names;
}

void require_given(const std::vector<std::unique_ptr<Stage>>& stages) {
  const std::set<std::string> given = names_given(stages);
  for (const auto& stage : stages) {
    for (const std::string& need : stage->needs()) {
      if (given.contains(need)) continue;
      throw UsageError(fmt::format("{}: '{}' needs [{}], which the job does not have", stage->entry().place,
                                   stage->name(), need));
    }
  }
}

/// "features.look" is told by "look_present".
std::string presence_column(const std::string& given) {
  return given.substr(given.find('.') + 1) + "_present";
}

bool is_ready(const Stage& stage, const std::set<std::string>& given) {
  return std::ranges::all_of(stage.needs(), [&](const std::string& need) { return given.contains(need); });
}

[[noreturn]] void refuse_cycle(const std::vector<std::unique_ptr<Stage>>& left) {
  std::vector<std::string> names;
  for (const auto& stage : left) {
    if (stage->when() != When::closing) names.push_back(fmt::format("'{}'", stage->name()));
  }
  throw UsageError(fmt::format("{}: each of these needs another of them, so that none can be first: {}",
                               left.front()->entry().place, fmt::join(names, ", ")));
}

}  // namespace

void StageList::put_in_order() {
  require_given(stages_);
  std::vector<std::unique_ptr<Stage>> left = std::move(stages_);
  stages_.clear();
  std::set<std::string> given;
  while (!left.empty()) {
    auto next = left.end();
    for (auto stage = left.begin(); stage != left.end(); ++stage) {
      if (!is_ready(**stage, given)) continue;
      if (next == left.end() || (*stage)->when() < (*next)->when()) next = stage;
    }
    // A closing stage sees all results: while others are left, they wait for each other.
    const bool stuck =
        next == left.end() || ((*next)->when() == When::closing &&
                               std::ranges::any_of(left, [](auto& s) { return s->when() != When::closing; }));
    if (stuck) refuse_cycle(left);
    for (const Given& gift : (*next)->gives()) given.insert(gift.name);
    stages_.push_back(std::move(*next));
    left.erase(next);
  }
  require_distinct_columns();
}

void StageList::require_distinct_columns() const {
  std::set<std::pair<std::string, std::string>> taken;
  for (const auto& stage : stages_) {
    std::vector<ColumnOfTable> columns = stage->columns(*this);
    for (const Given& given : stage->gives()) {
      if (given.may_be_absent) columns.push_back({table_of(given.name), presence_column(given.name)});
    }
    for (const ColumnOfTable& column : columns) {
      if (taken.emplace(column.table, column.column).second) continue;
      refuse_name(*stage,
                  fmt::format("the table '{}' has a column '{}' already", column.table, column.column));
    }
  }
}

std::string StageList::table_of(const std::string& given) const {
  for (const auto& stage : stages_) {
    for (const Given& gift : stage->gives()) {
      if (gift.name == given) return gift.table.empty() ? table_of(gift.like) : gift.table;
    }
  }
  return {};
}

bool StageList::give_rows_of(const std::string& table) const {
  return std::ranges::any_of(stages_, [&](const auto& stage) {
    return std::ranges::any_of(stage->gives(), [&](const Given& given) { return given.table == table; });
  });
}

bool StageList::is_grouped(const std::string& given) const {
  return std::ranges::any_of(stages_, [&](const auto& stage) {
    return stage->when() == When::groupings && std::ranges::count(stage->needs(), given) > 0;
  });
}

std::vector<std::string> StageList::last_read_by(const Stage& stage) const {
  const auto at = std::ranges::find(stages_, &stage, &std::unique_ptr<Stage>::get);
  std::set<std::string> later;
  bool computes = false;
  for (auto next = at + 1; next != stages_.end(); ++next) {
    computes = computes || (*next)->when() != When::closing;
    for (std::string& need : (*next)->needs()) later.insert(std::move(need));
  }
  std::vector<std::string> names = stage.needs();
  for (const Given& given : stage.gives()) names.push_back(given.name);
  std::erase_if(names, [&](const std::string& name) {
    return !computes || !name.starts_with("features.") || later.contains(name);
  });
  return names;
}

std::vector<std::string> StageList::files() const {
  std::set<std::string> names;
  for (const auto& stage : stages_) {
    for (std::string& file : stage->files(*this)) names.insert(std::move(file));
  }
  return {names.begin(), names.end()};
}

Wishes StageList::wishes() const {
  Wishes all;
  for (const auto& stage : stages_) {
    Wishes wishes = stage->wishes();
    if (!wishes.level || !all.level) {
      all.level.reset();
    } else {
      all.level = std::max(*all.level, *wishes.level);
    }
    if (wishes.engine != "shoal") all.engine = std::move(wishes.engine);
    if (wishes.least_network) all.least_network = std::move(wishes.least_network);
  }
  return all;
}

}  // namespace shoal
