// A nested dictionary of small values: what stands under uns/shoal of a results file.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace shoal {

/// An array of numbers or strings, row-major. shape: its dimensions, one or more.
template <class T>
struct UnsArray {
  std::vector<T> values;
  std::vector<std::int64_t> shape;

  UnsArray() : shape{0} {}
  explicit UnsArray(std::vector<T> values_)
      : values(std::move(values_)), shape{static_cast<std::int64_t>(values.size())} {}
  UnsArray(std::vector<T> values_, std::vector<std::int64_t> shape_)
      : values(std::move(values_)), shape(std::move(shape_)) {}
  friend bool operator==(const UnsArray&, const UnsArray&) = default;
};

/// A number, a truth, a text, an array of them, or a map from names to further values, in order of the names.
/// Readers load uns as a whole: keep it small.
class UnsValue {
 public:
  using Map = std::map<std::string, UnsValue>;
  using Variant = std::variant<Map, bool, std::int64_t, double, std::string, UnsArray<std::int64_t>,
                               UnsArray<double>, UnsArray<std::string>>;

  /// An empty map.
  UnsValue() = default;
  template <std::same_as<bool> T>
  UnsValue(T truth) : value_(truth) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) UnsValue(T number) : value_(static_cast<std::int64_t>(number)) {}
  UnsValue(double number) : value_(number) {}
  UnsValue(std::string text) : value_(std::move(text)) {}
  UnsValue(const char* text) : value_(std::string(text)) {}
  UnsValue(std::vector<std::int64_t> numbers) : value_(UnsArray<std::int64_t>(std::move(numbers))) {}
  UnsValue(std::vector<double> numbers) : value_(UnsArray<double>(std::move(numbers))) {}
  UnsValue(std::vector<std::string> texts) : value_(UnsArray<std::string>(std::move(texts))) {}
  UnsValue(UnsArray<std::int64_t> numbers) : value_(std::move(numbers)) {}
  UnsValue(UnsArray<double> numbers) : value_(std::move(numbers)) {}
  UnsValue(UnsArray<std::string> texts) : value_(std::move(texts)) {}

  /// The member of a map, made where it is missing. Throws FailureError where this is no map.
  UnsValue& operator[](const std::string& name);
  /// The value at a path such as "clusterings/topics/k", or null.
  [[nodiscard]] const UnsValue* find(std::string_view path) const;
  [[nodiscard]] const Variant& variant() const { return value_; }

  // The value at a path, or the fallback where there is none or it is of another kind.
  [[nodiscard]] std::int64_t integer(std::string_view path, std::int64_t fallback) const;
  /// Integers count as numbers too.
  [[nodiscard]] double number(std::string_view path, double fallback) const;
  [[nodiscard]] bool truth(std::string_view path, bool fallback) const;
  [[nodiscard]] std::string text(std::string_view path, std::string_view fallback) const;
  [[nodiscard]] UnsArray<std::int64_t> integers(std::string_view path) const;
  [[nodiscard]] UnsArray<double> numbers(std::string_view path) const;
  [[nodiscard]] UnsArray<std::string> texts(std::string_view path) const;
  [[nodiscard]] const Map& map(std::string_view path) const;

  friend bool operator==(const UnsValue&, const UnsValue&) = default;

 private:
  Variant value_;
};

}  // namespace shoal
