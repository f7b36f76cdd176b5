// Gradient clipping, resetting of gradients and copying of whole lists.

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/stack.h>

#include <map>
#include <tuple>

#include "guard.h"

using midfuse::gather;
using midfuse::guarded;
using midfuse::Handle;

namespace {

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
