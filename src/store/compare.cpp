// Two results side by side, a few megabytes at a time.
#include "shoal/store/compare.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using Outcome = ArrayComparison::Outcome;

/// Elements held of each side at a time.
constexpr std::int64_t kElements = std::int64_t{1} << 19;

void note_difference(ArrayComparison& result, double a, double b) {
  const double difference = std::abs(a - b);
  if (std::isnan(difference)) {
    result.largest_absolute = result.largest_relative = std::numeric_limits<double>::infinity();
    return;
  }
  result.largest_absolute = std::max(result.largest_absolute, difference);
  const double magnitude = std::max(std::abs(a), std::abs(b));
  const double relative = std::isinf(magnitude) ? magnitude : difference / magnitude;
  if (difference > 0) result.largest_relative = std::max(result.largest_relative, relative);
}

bool equal_values(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }
bool equal_values(std::int64_t a, std::int64_t b) { return a == b; }
bool equal_values(const std::string& a, const std::string& b) { return a == b; }

void count_differences(ArrayComparison& result, const std::vector<std::string>& a,
                       const std::vector<std::string>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) result.differing += equal_values(a[i], b[i]) ? 0 : 1;
}

template <class T>
void count_differences(ArrayComparison& result, const std::vector<T>& a, const std::vector<T>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (equal_values(a[i], b[i])) continue;
    ++result.differing;
    note_difference(result, static_cast<double>(a[i]), static_cast<double>(b[i]));
  }
}

void compare_rows(ArrayComparison& result, const H5adFile& a, const H5adFile& b, const ArrayInfo& in_a,
                  const ArrayInfo& in_b, std::int64_t first, std::int64_t count) {
  switch (in_a.kind) {
    case ArrayInfo::Kind::text:
      return count_differences(result, a.string_rows(in_a, first, count), b.string_rows(in_b, first, count));
    case ArrayInfo::Kind::real:
      return count_differences(result, a.number_rows(in_a, first, count), b.number_rows(in_b, first, count));
    default:
      return count_differences(result, a.integer_rows(in_a, first, count),
                               b.integer_rows(in_b, first, count));
  }
}

std::string describe(const ArrayInfo& array) {
  const char* kind = array.kind == ArrayInfo::Kind::text      ? "text"
                     : array.kind == ArrayInfo::Kind::real    ? "real"
                     : array.kind == ArrayInfo::Kind::boolean ? "boolean"
                                                              : "integer";
  return fmt::format("{} ({})", kind, fmt::join(array.shape, ", "));
}

ArrayComparison compare_arrays(const H5adFile& a, const H5adFile& b, const ArrayInfo& in_a,
                               const ArrayInfo& in_b) {
  ArrayComparison result{.path = in_a.path};
  if (in_a.kind != in_b.kind || in_a.shape != in_b.shape) {
    result.outcome = Outcome::different_kind_or_shape;
    result.note = fmt::format("{} against {}", describe(in_a), describe(in_b));
    return result;
  }
  result.values = in_a.elements();
  const std::int64_t rows = in_a.shape.empty() ? 1 : in_a.shape[0];
  const std::int64_t row_elements = rows == 0 ? 1 : std::max<std::int64_t>(result.values / rows, 1);
  const std::int64_t step = std::max<std::int64_t>(kElements / row_elements, 1);
  for (std::int64_t first = 0; first < rows; first += step) {
    compare_rows(result, a, b, in_a, in_b, first, std::min(step, rows - first));
  }
  if (result.differing > 0) result.outcome = Outcome::different_values;
  return result;
}

std::size_t read_some(const FileDescriptor& file, std::vector<char>& buffer, const fs::path& path) {
  std::size_t got = 0;
  while (got < buffer.size()) {
    const ssize_t n = ::read(file.get(), buffer.data() + got, buffer.size() - got);
    if (n < 0) throw InputError(fmt::format("'{}' cannot be read", path.string()));
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  return got;
}

bool same_bytes(const fs::path& a, const fs::path& b) {
  if (fs::file_size(a) != fs::file_size(b)) return false;
  const FileDescriptor file_a = open_regular_file(a);
  const FileDescriptor file_b = open_regular_file(b);
  std::vector<char> buffer_a(std::size_t{1} << 20);
  std::vector<char> buffer_b(buffer_a.size());
  while (true) {
    const std::size_t got_a = read_some(file_a, buffer_a, a);
    const std::size_t got_b = read_some(file_b, buffer_b, b);
    if (got_a != got_b || !std::equal(buffer_a.begin(), buffer_a.begin() + static_cast<std::ptrdiff_t>(got_a),
                                      buffer_b.begin())) {
      return false;
    }
    if (got_a == 0) return true;
  }
}

FileComparison compare_files(const std::string& name, const fs::path& path_a, const fs::path& path_b) {
  const H5adFile a(path_a);
  const H5adFile b(path_b);
  FileComparison result{.name = name, .same_bytes = same_bytes(path_a, path_b)};
  std::map<std::string, ArrayInfo> left;
  for (ArrayInfo& info : a.arrays()) left.emplace(info.path, std::move(info));
  std::map<std::string, ArrayInfo> right;
  for (ArrayInfo& info : b.arrays()) right.emplace(info.path, std::move(info));
  for (const auto& [path, info] : left) {
    const auto other = right.find(path);
    result.arrays.push_back(other == right.end()
                                ? ArrayComparison{.path = path, .outcome = Outcome::only_in_a}
                                : compare_arrays(a, b, info, other->second));
  }
  for (const auto& [path, info] : right) {
    if (!left.contains(path)) result.arrays.push_back({.path = path, .outcome = Outcome::only_in_b});
  }
  std::sort(result.arrays.begin(), result.arrays.end(),
            [](const auto& x, const auto& y) { return x.path < y.path; });
  return result;
}

std::set<std::string> results_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".h5ad") names.insert(entry.path().filename().string());
  }
  if (error) throw InputError(fmt::format("'{}' cannot be listed: {}", folder.string(), error.message()));
  if (!names.empty()) return names;
  throw InputError(fmt::format(
      "'{}' holds no results (.h5ad). Name the folder that 'shoal run --out' was given", folder.string()));
}

/// Of the files that both folders have. Posts come first: they are what a job is about.
std::optional<ResultsOverview> overview_of_folders(const fs::path& a, const fs::path& b,
                                                   const std::vector<FileComparison>& files) {
  std::vector<FilePair> pairs;
  for (const FileComparison& file : files) {
    if (!file.in_a || !file.in_b) continue;
    pairs.push_back({a / file.name, b / file.name, fs::path(file.name).stem().string()});
  }
  if (pairs.empty()) return std::nullopt;
  std::ranges::stable_partition(pairs, [](const FilePair& pair) { return pair.table == "posts"; });
  return overview_of(pairs);
}

ResultsComparison compare_folders(const fs::path& a, const fs::path& b) {
  const std::set<std::string> in_a = results_in(a);
  const std::set<std::string> in_b = results_in(b);
  std::set<std::string> all = in_a;
  all.insert(in_b.begin(), in_b.end());
  ResultsComparison result;
  for (const std::string& name : all) {
    const bool both = in_a.contains(name) && in_b.contains(name);
    result.files.push_back(
        both ? compare_files(name, a / name, b / name)
             : FileComparison{.name = name, .in_a = in_a.contains(name), .in_b = in_b.contains(name)});
  }
  result.overview = overview_of_folders(a, b, result.files);
  return result;
}

std::string format_array(const ArrayComparison& array) {
  switch (array.outcome) {
    case Outcome::only_in_a:
      return fmt::format("  {}: only in the first\n", array.path);
    case Outcome::only_in_b:
      return fmt::format("  {}: only in the second\n", array.path);
    case Outcome::different_kind_or_shape:
      return fmt::format("  {}: {}\n", array.path, array.note);
    case Outcome::identical:
      return "";
    case Outcome::different_values:
      break;
  }
  std::string line = fmt::format("  {}: {} of {} values differ", array.path, array.differing, array.values);
  if (array.largest_absolute > 0) {
    line +=
        fmt::format(", by up to {:.3g} ({:.3g} relative)", array.largest_absolute, array.largest_relative);
  }
  return line + "\n";
}

std::string format_file(const FileComparison& file) {
  if (!file.in_b) return fmt::format("{}: only in the first\n", file.name);
  if (!file.in_a) return fmt::format("{}: only in the second\n", file.name);
  if (file.same_bytes) return fmt::format("{}: identical, byte for byte\n", file.name);
  const auto differing = std::count_if(file.arrays.begin(), file.arrays.end(),
                                       [](const auto& array) { return array.outcome != Outcome::identical; });
  if (differing == 0) {
    return fmt::format("{}: all {} arrays identical; the files differ in what surrounds them\n", file.name,
                       file.arrays.size());
  }
  std::string text = fmt::format("{}: {} of {} arrays differ\n", file.name, differing, file.arrays.size());
  std::vector<ArrayComparison> arrays = file.arrays;
  std::ranges::stable_sort(arrays, std::greater<>(), &ArrayComparison::largest_relative);
  for (const ArrayComparison& array : arrays) text += format_array(array);
  return text;
}

}  // namespace

bool FileComparison::identical() const {
  return in_a && in_b && std::all_of(arrays.begin(), arrays.end(), [](const ArrayComparison& array) {
           return array.outcome == Outcome::identical;
         });
}

bool ResultsComparison::identical() const {
  return std::all_of(files.begin(), files.end(), [](const FileComparison& file) { return file.identical(); });
}

ResultsComparison compare_results(const fs::path& a, const fs::path& b) {
  for (const fs::path& path : {a, b}) {
    if (fs::exists(path)) continue;
    throw InputError(
        fmt::format("'{}' is not there. Name two folders of results, or two .h5ad files", path.string()));
  }
  const bool folder_a = fs::is_directory(a);
  const bool folder_b = fs::is_directory(b);
  if (folder_a && folder_b) return compare_folders(a, b);
  if (folder_a == folder_b) return {{compare_files(a.filename().string(), a, b)}, overview_of({{a, b, ""}})};
  throw InputError(
      fmt::format("'{}' is a folder and '{}' is not. Name two folders of results, or two .h5ad files",
                  (folder_a ? a : b).string(), (folder_a ? b : a).string()));
}

std::string format_comparison(const ResultsComparison& comparison) {
  std::string text = comparison.overview ? format_overview(*comparison.overview) : "";
  for (const FileComparison& file : comparison.files) text += format_file(file);
  return text + (comparison.identical() ? "The results are identical.\n" : "The results differ.\n");
}

}  // namespace shoal
