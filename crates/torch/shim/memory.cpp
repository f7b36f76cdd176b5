// Watches what a thread allocates on the CPU, and refuses what goes beyond a limit.
//
// libtorch's allocator reports to the debug info of the thread. A report comes when the memory is
// reserved and before anything is written to it, so what is refused was never taken from the machine.

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>

#include "guard.h"

using midfuse::guarded;

namespace {

// Travels with the autograd engine to its own threads.
struct Usage : c10::MemoryReportingInfoBase {
  std::atomic<int64_t> live{0}, peak{0}, limit{std::numeric_limits<int64_t>::max()};
  std::atomic<bool> refused{false};

  void reportMemoryUsage(void* ptr, int64_t bytes, size_t, size_t, c10::Device device) override {
    if (!device.is_cpu()) return;
    const int64_t now = live += bytes;
    if (bytes > 0 && now > limit) {
      refused = true;
      // Takes it out of the allocator's books, which reports here that it is gone.
      c10::profiledCPUMemoryReporter().Delete(ptr);
      c10::free_cpu(ptr);
      TORCH_CHECK(false, "more memory than it may take while it is measured");
    }
    int64_t seen = peak;
    while (now > seen && !peak.compare_exchange_weak(seen, now)) {
    }
  }

  bool memoryProfilingEnabled() const override { return true; }
};

struct MemorySession {
  std::shared_ptr<Usage> usage;
  std::unique_ptr<c10::DebugInfoGuard> guard;
};

}  // namespace

extern "C" {

char* midfuse_memory_begin(void** session) {
  return guarded([&] {
    auto usage = std::make_shared<Usage>();
    auto guard =
        std::make_unique<c10::DebugInfoGuard>(c10::DebugInfoKind::PROFILER_STATE, usage);
    *session = new MemorySession{usage, std::move(guard)};
  });
}

// limit: bytes above those that live now.
char* midfuse_memory_mark(void* handle, int64_t limit) {
  return guarded([&] {
    Usage& usage = *static_cast<MemorySession*>(handle)->usage;
    const int64_t live = usage.live;
    usage.peak = live;
    usage.refused = false;
    const int64_t most = std::numeric_limits<int64_t>::max();
    usage.limit = limit > most - live ? most : live + limit;
  });
}

char* midfuse_memory_read(void* handle, int64_t* usage) {
  return guarded([&] {
    const Usage& of = *static_cast<MemorySession*>(handle)->usage;
    usage[0] = of.live;
    usage[1] = of.peak;
    usage[2] = of.refused ? 1 : 0;
  });
}

char* midfuse_memory_end(void* handle) {
  return guarded([&] {
    std::unique_ptr<MemorySession> session(static_cast<MemorySession*>(handle));
    session->guard.reset();
  });
}
}
