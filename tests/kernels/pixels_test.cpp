// placeholder
#include "on_device.hpp"
