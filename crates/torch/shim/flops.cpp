// Counts floating-point operations by the shapes that reach libtorch's dispatcher.
//
// The formulas are those of torch.utils.flop_counter: two operations per multiply-add, biases and
// pointwise functions left out. What that counter does not see and this one does: attention on the
// CPU (`_scaled_dot_product_flash_attention_for_cpu`) and the fused recurrent layers.

#include <ATen/core/ivalue.h>
#include <ATen/record_function.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "guard.h"

using midfuse::guarded;

namespace {

using Sizes = std::vector<int64_t>;
using Args = c10::ArrayRef<const c10::IValue>;
enum Kind { kMatmul = 0, kConvolution = 1, kAttention = 2, kRecurrent = 3, kKinds = 4 };

// Travels with the autograd engine to its own threads, so that backward passes count as well.
struct Counter : c10::DebugInfoBase {
  std::atomic<uint64_t> flops[kKinds] = {};
};

int64_t product(const Sizes& sizes, size_t from) {
  int64_t result = 1;
  for (size_t i = from; i < sizes.size(); ++i) result *= sizes[i];
  return result;
}

Sizes shape(Args args, size_t i) {
  return args.at(i).toTensor().sizes().vec();
}

int64_t matrices(const Sizes& a, const Sizes& b) {
  return 2 * product(a, 0) * b.back();
}

int64_t mm(Args args) {
  return matrices(shape(args, 0), shape(args, 1));
}

int64_t addmm(Args args) {
  return matrices(shape(args, 1), shape(args, 2));
}

// `at` = the positions over which the filter slides: the output's, or a transposed input's.
int64_t filter(const Sizes& x, const Sizes& weight, int64_t positions) {
  return 2 * positions * product(weight, 0) * x.at(0);
}

int64_t convolution(Args args) {
  const Sizes x = shape(args, 0), weight = shape(args, 1);
  const auto stride = args.at(3).toIntVector(), padding = args.at(4).toIntVector(),
             dilation = args.at(5).toIntVector();
  if (args.at(6).toBool()) return filter(x, weight, product(x, 2));
  int64_t positions = 1;
  for (size_t d = 0; d + 2 < x.size(); ++d) {
    const auto at = [d](const std::vector<int64_t>& v) { return v.size() == 1 ? v[0] : v.at(d); };
    const int64_t span = at(dilation) * (weight.at(d + 2) - 1) + 1;
    positions *= (x[d + 2] + 2 * at(padding) - span) / at(stride) + 1;
  }
  return filter(x, weight, positions);
}

int64_t convolution_backward(Args args) {
  const Sizes grad = shape(args, 0), x = shape(args, 1), weight = shape(args, 2);
  const bool transposed = args.at(7).toBool();
  const auto mask = args.at(10).toBoolList();
  int64_t flops = 0;
  // The gradient of the input slides the filter over the gradient, that of the weight slides the
  // gradient over the input; groups are not divided out of the latter, as in the reference.
  if (mask.get(0)) flops += filter(grad, weight, transposed ? product(x, 2) : product(grad, 2));
  if (mask.get(1)) {
    const Sizes& slides = transposed ? x : grad;
    const Sizes& over = transposed ? grad : x;
    flops += 2 * product(weight, 2) * over.at(1) * product(slides, 0);
  }
  return flops;
}

int64_t attention(Args args) {
  const Sizes q = shape(args, 0), k = shape(args, 1), v = shape(args, 2);
  const int64_t scores = q.at(0) * q.at(1) * q.at(2) * k.at(2);
  return 2 * scores * (q.at(3) + v.at(3));
}

int64_t attention_backward(Args args) {
  const Sizes q = shape(args, 1), k = shape(args, 2), v = shape(args, 3);
  const int64_t scores = q.at(0) * q.at(1) * q.at(2) * k.at(2);
  return 2 * scores * (3 * q.at(3) + 2 * v.at(3));
}

// One layer and direction: every step multiplies both weight matrices. input: [T, B, F].
int64_t mkldnn_rnn(Args args) {
  const Sizes x = shape(args, 0);
  return 2 * x.at(0) * x.at(1) * (product(shape(args, 1), 0) + product(shape(args, 2), 0));
}

// All layers; the weight matrices are the two-dimensional tensors of the list.
int64_t cudnn_rnn(Args args) {
  const Sizes x = shape(args, 0);
  int64_t weights = 0;
  for (const at::Tensor& weight : args.at(1).toTensorVector()) {
    if (weight.dim() == 2) weights += weight.numel();
  }
  return 2 * product(x, 0) / x.back() * weights;
}

struct Formula {
  Kind kind;
  int64_t (*flops)(Args);
  int64_t factor = 1;
};

const std::unordered_map<std::string, Formula>& formulas() {
  static const std::unordered_map<std::string, Formula> table = {
      {"aten::mm", {kMatmul, mm}},
      {"aten::bmm", {kMatmul, mm}},
      {"aten::addmm", {kMatmul, addmm}},
      {"aten::baddbmm", {kMatmul, addmm}},
      {"aten::convolution", {kConvolution, convolution}},
      {"aten::_convolution", {kConvolution, convolution}},
      {"aten::convolution_backward", {kConvolution, convolution_backward}},
      {"aten::_scaled_dot_product_flash_attention_for_cpu", {kAttention, attention}},
      {"aten::_scaled_dot_product_flash_attention", {kAttention, attention}},
      {"aten::_scaled_dot_product_efficient_attention", {kAttention, attention}},
      {"aten::_scaled_dot_product_cudnn_attention", {kAttention, attention}},
      {"aten::_scaled_dot_product_flash_attention_for_cpu_backward",
       {kAttention, attention_backward}},
      {"aten::_scaled_dot_product_flash_attention_backward", {kAttention, attention_backward}},
      {"aten::_scaled_dot_product_efficient_attention_backward", {kAttention, attention_backward}},
      {"aten::_scaled_dot_product_cudnn_attention_backward", {kAttention, attention_backward}},
      {"aten::mkldnn_rnn_layer", {kRecurrent, mkldnn_rnn}},
      {"aten::mkldnn_rnn_layer_backward", {kRecurrent, mkldnn_rnn, 2}},
      {"aten::_cudnn_rnn", {kRecurrent, cudnn_rnn}},
      {"aten::_cudnn_rnn_backward", {kRecurrent, cudnn_rnn, 2}},
  };
  return table;
}

// What a counted operator calls inside (a convolution as a matrix product) is not counted again.
thread_local int inside = 0;

struct Inside : at::ObserverContext {};

std::unique_ptr<at::ObserverContext> start(const at::RecordFunction& function) {
  auto* counter = static_cast<Counter*>(c10::ThreadLocalDebugInfo::get(c10::DebugInfoKind::TEST_INFO));
  if (counter == nullptr) return nullptr;
  const auto found = formulas().find(function.name());
  if (found == formulas().end()) return nullptr;
  if (inside == 0) {
    const Formula& formula = found->second;
    counter->flops[formula.kind] += formula.factor * formula.flops(function.inputs());
  }
  ++inside;
  return std::make_unique<Inside>();
}

void end(const at::RecordFunction&, at::ObserverContext* context) {
  if (context != nullptr) --inside;
}

struct FlopsSession {
  std::shared_ptr<Counter> counter;
  at::CallbackHandle callback;
  std::unique_ptr<c10::DebugInfoGuard> guard;
};

}  // namespace

extern "C" {

char* midfuse_flops_begin(void** session) {
  return guarded([&] {
    auto counter = std::make_shared<Counter>();
    auto callback = at::RecordFunctionCallback(start, end).needsInputs(true).scopes(
        {at::RecordScope::FUNCTION});
    auto guard = std::make_unique<c10::DebugInfoGuard>(c10::DebugInfoKind::TEST_INFO, counter);
    const auto handle = at::addThreadLocalCallback(callback);
    *session = new FlopsSession{counter, handle, std::move(guard)};
  });
}

char* midfuse_flops_end(void* handle, uint64_t* flops) {
  return guarded([&] {
    std::unique_ptr<FlopsSession> session(static_cast<FlopsSession*>(handle));
    at::removeCallback(session->callback);
    session->guard.reset();
    for (int kind = 0; kind < kKinds; ++kind) flops[kind] = session->counter->flops[kind];
  });
}
}
