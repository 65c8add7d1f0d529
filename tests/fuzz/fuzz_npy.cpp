// Any bytes as a .npy file: what its header says is what can be read of it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "shoal/base/error.hpp"
#include "shoal/base/npy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  try {
    const shoal::NpyHeader header =
        shoal::read_npy_header(file.substr(0, static_cast<std::size_t>(shoal::kNpyBeginning)), "a.npy");
    const std::string_view values = file.substr(static_cast<std::size_t>(header.values_at));
    if (header.rows() < 0 || header.row_bytes() < 0) std::abort();
    if (header.is_text()) {
      static_cast<void>(shoal::texts_of_npy(header, values));
    } else {
      std::vector<float> numbers(values.size() / static_cast<std::size_t>(header.element_bytes));
      shoal::numbers_of_npy(header, values, numbers);
    }
  } catch (const shoal::InputError&) {
  }
  return 0;
}
