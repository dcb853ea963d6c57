#pragma once

#include <functional>

namespace vouchsafe::diameter {

/// Writes freeDiameter's log lines in its place, as it does, but bounded in length and in number (of one kind in a
/// second), and with everything escaped that would steer a terminal or begin a line of its own: the core writes names
/// and products of peers as they came. Where another extension writes the log already it is left alone.
class CoreLog {
 public:
  CoreLog();
  /// \param action is called when the daemon is told to end, before it begins to, on the thread that says so. It may
  /// wait, within bounds. nullptr: nothing is. What was there is no longer called when this returns.
  void when_stopping(std::function<void()> action);
  /// No thread is in the handler any more when it returns: the extension's code may go.
  ~CoreLog();
  CoreLog(const CoreLog&) = delete;
  CoreLog& operator=(const CoreLog&) = delete;

 private:
  bool ours_ = false;
};

}  // namespace vouchsafe::diameter
