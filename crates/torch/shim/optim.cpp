// The fused AdamW step, gradient clipping, resetting of gradients and copying of whole lists.

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>

#include <cstdint>
#include <map>
#include <tuple>

#include "guard.h"

using midfuse::gather;
using midfuse::guarded;
using midfuse::Handle;

namespace {

struct Hyper {
  double lr, beta1, beta2, eps, weight_decay;
};

// The fused kernels take tensors of one device, dtype and (here) one number of steps.
using Key = std::tuple<c10::DeviceType, c10::DeviceIndex, at::ScalarType, int64_t>;

struct Group {
  std::vector<at::Tensor> params, grads, exp_avgs, exp_avg_sqs, steps;
};

// The CPU kernel walks raw memory: parameter, gradient and moments must lie alike.
at::Tensor laid_out_like(const at::Tensor& param, const at::Tensor& grad) {
  if (grad.strides() == param.strides() && grad.scalar_type() == param.scalar_type()) return grad;
  return at::empty_like(param).copy_(grad);
}

void step(const Handle* params, const Handle* exp_avgs, const Handle* exp_avg_sqs, int64_t* steps,
          size_t n, const Hyper& hyper) {
  at::NoGradGuard no_grad;
  std::map<Key, Group> groups;
  for (size_t i = 0; i < n; ++i) {
    const at::Tensor& param = *params[i];
    const at::Tensor& grad = param.grad();
    if (!grad.defined()) continue;
    TORCH_CHECK(!grad.is_sparse(), "AdamW takes no sparse gradients");
    TORCH_CHECK(param.is_non_overlapping_and_dense(), "AdamW takes dense parameters only");
    const auto device = param.device();
    Group& group = groups[{device.type(), device.index(), param.scalar_type(), ++steps[i]}];
    group.params.push_back(param);
    group.grads.push_back(laid_out_like(param, grad));
    group.exp_avgs.push_back(*exp_avgs[i]);
    group.exp_avg_sqs.push_back(*exp_avg_sqs[i]);
  }
  for (auto& [key, group] : groups) {
    const auto options = at::TensorOptions().dtype(at::kFloat).device(group.params[0].device());
    // The kernels only read it, so all parameters of a group share one.
    const at::Tensor count = at::full({}, static_cast<double>(std::get<3>(key)), options);
    group.steps.assign(group.params.size(), count);
    at::_fused_adamw_(group.params, group.grads, group.exp_avgs, group.exp_avg_sqs, {}, group.steps,
                      hyper.lr, hyper.beta1, hyper.beta2, hyper.weight_decay, hyper.eps,
                      /*amsgrad=*/false, /*maximize=*/false);
  }
}

std::vector<at::Tensor> gradients(const Handle* params, size_t n) {
  std::vector<at::Tensor> grads;
  grads.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    const at::Tensor& grad = params[i]->grad();
    if (grad.defined()) grads.push_back(grad);
  }
  return grads;
}

}  // namespace

extern "C" {

void midfuse_free_message(char* text) {
  if (std::strcmp(text, "out of memory") != 0) std::free(text);
}

char* midfuse_fused_adamw(const Handle* params, const Handle* exp_avgs, const Handle* exp_avg_sqs,
                          int64_t* steps, size_t n, const Hyper* hyper) {
  return guarded([&] { step(params, exp_avgs, exp_avg_sqs, steps, n, *hyper); });
}

// As torch.nn.utils.clip_grad_norm_(error_if_nonfinite=False): nothing here waits for the device.
char* midfuse_clip_grad_norm(const Handle* params, size_t n, double max_norm, Handle* norm) {
  return guarded([&] {
    at::NoGradGuard no_grad;
    const auto grads = gradients(params, n);
    if (grads.empty()) {
      *norm = new at::Tensor(at::full({}, 0.0, at::TensorOptions().dtype(at::kFloat)));
      return;
    }
    auto norms = at::_foreach_norm(grads, 2.0);
    for (auto& one : norms) one = one.to(grads[0].device());
    const at::Tensor total = at::linalg_vector_norm(at::stack(norms));
    const at::Tensor scale = total.add(1e-6).reciprocal_().mul_(max_norm).clamp_max_(1.0);
    std::map<c10::Device, std::vector<at::Tensor>, bool (*)(const c10::Device&, const c10::Device&)>
        by_device([](const c10::Device& a, const c10::Device& b) {
          return std::make_tuple(a.type(), a.index()) < std::make_tuple(b.type(), b.index());
        });
    for (const auto& grad : grads) by_device[grad.device()].push_back(grad);
    for (auto& [device, list] : by_device) at::_foreach_mul_(list, scale.to(device));
    *norm = new at::Tensor(total);
  });
}

char* midfuse_zero_grad(const Handle* params, size_t n) {
  return guarded([&] {
    for (size_t i = 0; i < n; ++i) params[i]->mutable_grad() = at::Tensor();
  });
}

char* midfuse_copy_all(const Handle* to, const Handle* from, size_t n) {
  return guarded([&] {
    at::NoGradGuard no_grad;
    if (n > 0) at::_foreach_copy_(gather(to, n), gather(from, n), /*non_blocking=*/true);
  });
}
}
