// Transcendental functions with the same bits on every processor. glibc's choose code by what the processor
// has and differ in the last bit; these use only operations that IEEE 754 defines exactly.
#pragma once

namespace shoal {

/// Natural logarithm of a positive finite x, within 2 ulp.
double deterministic_log(double x);

/// e to the power of x <= 0, within 2 ulp; 0 where that is below the normal numbers.
double deterministic_exp(double x);

}  // namespace shoal
