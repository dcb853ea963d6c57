#pragma once

// freeDiameter's headers are C, and not clean under every warning that this project asks for.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wgnu-conditional-omitted-operand"
#endif
extern "C" {
#include <freeDiameter/extension.h>
}
#pragma GCC diagnostic pop
