// The two passes of a resize in plain C++, and the choice of their fast forms.
#include "resample.hpp"

#include <algorithm>

#include "resample_vectors.hpp"

namespace shoal {
namespace {

// Unsigned, because it may wrap: an axis of millions of samples rounds its many small weights up.
constexpr std::uint32_t kHalf = 1U << (kWeightBits - 1);

std::uint32_t product(std::int32_t weight, std::uint8_t sample) {
  return static_cast<std::uint32_t>(weight) * sample;
}

std::uint8_t to_byte(std::uint32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(static_cast<std::int32_t>(sum) >> kWeightBits, 0, 255));
}

void resample_row_columns(const std::uint8_t* source, const AxisPlan& plan, std::uint8_t* target) {
  for (std::size_t i = 0; i < plan.outputs(); ++i, target += 3) {
    const std::int32_t* weights = plan.weights_of(i);
    const std::uint8_t* pixel = source + 3 * static_cast<std::size_t>(plan.first[i]);
    std::uint32_t red = kHalf, green = kHalf, blue = kHalf;
    for (std::int32_t j = 0; j < plan.count[i]; ++j, pixel += 3) {
      red += product(weights[j], pixel[0]);
      green += product(weights[j], pixel[1]);
      blue += product(weights[j], pixel[2]);
    }
    target[0] = to_byte(red);
    target[1] = to_byte(green);
    target[2] = to_byte(blue);
  }
}

/// Bytes [begin, end) of output row i.
void resample_row(const SourceRows& source, std::int32_t origin, std::size_t begin, std::size_t end,
                  const AxisPlan& plan, std::size_t i, std::uint8_t* target) {
  const std::int32_t* weights = plan.weights_of(i);
  const std::uint8_t* first = source.row(static_cast<std::size_t>(plan.first[i] - origin));
  for (std::size_t x = begin; x < end; ++x) {
    const std::uint8_t* sample = first + x;
    std::uint32_t sum = kHalf;
    for (std::int32_t j = 0; j < plan.count[i]; ++j, sample += source.stride)
      sum += product(weights[j], *sample);
    target[x] = to_byte(sum);
  }
}

}  // namespace

void resample_columns(const SourceRows& source, std::size_t rows, const AxisPlan& plan,
                      const TargetRows& target, InstructionLevel level) {
  std::size_t done = 0;
  if (level >= InstructionLevel::avx512) {
    done = resample_columns_avx512(source, rows, plan, target);
  } else if (level >= InstructionLevel::avx2) {
    done = resample_columns_avx2(source, rows, plan, target);
  }
  for (; done < rows; ++done) resample_row_columns(source.row(done), plan, target.row(done));
}

void resample_rows(const SourceRows& source, std::int32_t origin, std::size_t row_bytes, const AxisPlan& plan,
                   const TargetRows& target, InstructionLevel level) {
  std::size_t done = 0;
  if (level >= InstructionLevel::avx512) done = resample_rows_avx512(source, origin, row_bytes, plan, target);
  if (done == 0 && level >= InstructionLevel::avx2) {
    done = resample_rows_avx2(source, origin, row_bytes, plan, target);
  }
  for (std::size_t i = 0; i < plan.outputs(); ++i) {
    resample_row(source, origin, done, row_bytes, plan, i, target.row(i));
  }
}

}  // namespace shoal
