// Put before freeDiameter's own library, it makes a version of it that nobody has tried.
extern "C" {
extern const char fd_core_version[];
__attribute__((visibility("default"))) const char fd_core_version[] = "9.9.9";
}
