// Identities of the inputs, and sampled posts against their rows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/engine/canonical.hpp"
#include "pipeline/stages/post_columns.hpp"
#include "pipeline/stages/read.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace {

using nlohmann::json;
using Findings = std::vector<std::string>;

void compare_identities(Run& run, const json& report, const UnsValue& tree, Findings& findings) {
  const std::string inputs = to_hex(run.corpus.digest);
  if (report.at("inputs").value("digest", "") != inputs || tree.text("inputs/digest", "") != inputs) {
    findings.emplace_back(
        "the posts are not the files that the run read, or some were forgotten since: their digest is "
        "another");
  }
  if (tree.text("job", "") != canonical_text(run.job, run.stages)) {
    findings.emplace_back("the settings in posts.h5ad are not those of the job in run.json");
  }
  const Accounting& counts = run.corpus.accounting;
  if (report.at("counts").at("records").value("kept", std::int64_t{-1}) != counts.kept) {
    findings.push_back(
        fmt::format("{} records of the inputs are kept now, and run.json has another number", counts.kept));
  }
}

/// Of a column the values of some of this rank's rows.
struct SampledColumn {
  std::string name;
  ColumnValues values;
};

template <class T>
std::vector<T> at_rows(const std::vector<T>& values, const std::vector<std::size_t>& rows) {
  std::vector<T> chosen;
  for (const std::size_t row : rows) chosen.push_back(values[row]);
  return chosen;
}

ColumnValues at_rows(const ColumnValues& values, const std::vector<std::size_t>& rows) {
  ColumnValues chosen = values;
  std::visit(
      [&]<class Values>(Values& column) {
        if constexpr (std::is_same_v<Values, CategoryValues>) {
          column.codes = at_rows(column.codes, rows);
        } else if constexpr (std::is_same_v<Values, RowsOfTable>) {
          column.rows = at_rows(column.rows, rows);
        } else {
          column.values = at_rows(column.values, rows);
          if constexpr (std::is_same_v<Values, NullableIntegerValues>)
            column.missing = at_rows(column.missing, rows);
        }
      },
      chosen);
  return chosen;
}

/// The columns that posts get when they are read. Values are made by all ranks together, one column at a
/// time.
std::vector<SampledColumn> sampled_columns(const Table& posts, const std::vector<std::size_t>& rows) {
  const std::vector<std::string> names = names_of_post_columns();
  std::vector<SampledColumn> columns;
  for (const auto& part : posts.columns) {
    const auto* column = std::get_if<Column>(&part);
    if (column != nullptr && std::ranges::count(names, column->name) > 0)
      columns.push_back({column->name, at_rows(column->values(), rows)});
  }
  return columns;
}

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Whether a row of a column in the file is the i-th of the sample.
bool is_in_file(const H5adFile& file, const SampledColumn& column, std::size_t i, std::int64_t row) {
  const std::string object = "obs/" + column.name;
  const auto number = [&] { return file.number_rows(file.array(object), row, 1).front(); };
  return std::visit(
      [&]<class Values>(const Values& values) {
        if constexpr (std::is_same_v<Values, TextValues>) {
          return file.text_at(object, row) == values.values[i];
        } else if constexpr (std::is_same_v<Values, CategoryValues>) {
          const std::int32_t code = values.codes[i];
          return file.text_at(object, row) ==
                 (code < 0 ? "" : values.categories[static_cast<std::size_t>(code)]);
        } else if constexpr (std::is_same_v<Values, NullableIntegerValues>) {
          const double value = number();
          return std::isnan(value) ? values.missing[i] != 0
                                   : values.missing[i] == 0 && value == static_cast<double>(values.values[i]);
        } else if constexpr (std::is_same_v<Values, RowsOfTable>) {
          return true;  // no column of posts that were only read
        } else {
          return same_number(number(), static_cast<double>(values.values[i]));
        }
      },
      column.values);
}

void compare_rows(const Run& run, const std::vector<std::size_t>& rows,
                  const std::vector<SampledColumn>& columns, Findings& findings) {
  const H5adFile file(run.out / "posts.h5ad");
  const std::int64_t first = run.corpus.partition.owned_by(run.comm.rank()).begin;
  const auto& stored = run.find_table("posts")->stored;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t row = stored ? (*stored)[rows[i]] : first + static_cast<std::int64_t>(rows[i]);
    for (const SampledColumn& column : columns) {
      if (is_in_file(file, column, i, row)) continue;
      findings.push_back(
          fmt::format("row {} of posts.h5ad is not what its record says: '{}' differs", row, column.name));
    }
  }
}

}  // namespace

void ReadStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  Findings findings;
  const auto sample = sample_rows(request, run.corpus.partition.rows());
  const RowRange mine = run.corpus.partition.owned_by(run.comm.rank());
  std::vector<std::size_t> rows;
  for (const std::int64_t row : sample) {
    if (mine.contains(row)) rows.push_back(static_cast<std::size_t>(row - mine.begin));
  }
  const auto columns = sampled_columns(*run.find_table("posts"), rows);
  const auto compare = [&] {
    compare_identities(run, request.report, H5adFile(run.out / "posts.h5ad").uns("uns/shoal"), findings);
    if (findings.empty()) compare_rows(run, rows, columns, findings);
  };
  find_faults([&] { read_of_own(compare); }, findings);
  add_findings(run.comm, findings, verification.findings);
  verification.checked.push_back(fmt::format("{} posts against their records", sample.size()));
}

}  // namespace shoal
