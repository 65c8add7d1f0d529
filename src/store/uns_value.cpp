// Walking a nested dictionary by path.
#include "shoal/store/uns_value.hpp"

#include <fmt/format.h>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// The value of kind T at a path, or null.
template <class T>
const T* find_as(const UnsValue& root, std::string_view path) {
  const UnsValue* value = root.find(path);
  return value == nullptr ? nullptr : std::get_if<T>(&value->variant());
}

template <class T>
T value_or(const UnsValue& root, std::string_view path, T fallback) {
  const T* value = find_as<T>(root, path);
  return value == nullptr ? std::move(fallback) : *value;
}

}  // namespace

UnsValue& UnsValue::operator[](const std::string& name) {
  auto* members = std::get_if<Map>(&value_);
  if (members == nullptr) {
    throw FailureError(
        fmt::format("'{}' was asked of a value that has no members. This is a defect of Shoal; "
                    "please report it",
                    name));
  }
  return (*members)[name];
}

const UnsValue* UnsValue::find(std::string_view path) const {
  if (path.empty()) return this;
  const auto* members = std::get_if<Map>(&value_);
  if (members == nullptr) return nullptr;
  const std::size_t slash = path.find('/');
  const auto member = members->find(std::string(path.substr(0, slash)));
  if (member == members->end()) return nullptr;
  return slash == std::string_view::npos ? &member->second : member->second.find(path.substr(slash + 1));
}

std::int64_t UnsValue::integer(std::string_view path, std::int64_t fallback) const {
  return value_or(*this, path, fallback);
}

double UnsValue::number(std::string_view path, double fallback) const {
  if (const auto* whole = find_as<std::int64_t>(*this, path)) return static_cast<double>(*whole);
  return value_or(*this, path, fallback);
}

bool UnsValue::truth(std::string_view path, bool fallback) const { return value_or(*this, path, fallback); }

std::string UnsValue::text(std::string_view path, std::string_view fallback) const {
  return value_or(*this, path, std::string(fallback));
}

UnsArray<std::int64_t> UnsValue::integers(std::string_view path) const {
  return value_or(*this, path, UnsArray<std::int64_t>());
}

UnsArray<double> UnsValue::numbers(std::string_view path) const {
  return value_or(*this, path, UnsArray<double>());
}

UnsArray<std::string> UnsValue::texts(std::string_view path) const {
  return value_or(*this, path, UnsArray<std::string>());
}

const UnsValue::Map& UnsValue::map(std::string_view path) const {
  static const Map kEmpty;
  const Map* members = find_as<Map>(*this, path);
  return members == nullptr ? kEmpty : *members;
}

}  // namespace shoal
