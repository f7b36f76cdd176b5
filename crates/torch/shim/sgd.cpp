// The fused step of stochastic gradient descent.

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_fused_sgd.h>

#include <map>

#include "fused.h"
#include "guard.h"

using midfuse::guarded;
using midfuse::Handle;
using midfuse::Key;

namespace {

struct SgdHyper {
  double lr, momentum, dampening, weight_decay;
  bool nesterov;
};

struct SgdGroup {
  std::vector<at::Tensor> params, grads, buffers;
};

// `buffers` is null without momentum.
void step(const Handle* params, const Handle* buffers, int64_t* steps, size_t n,
          const SgdHyper& hyper) {
  at::NoGradGuard no_grad;
  std::map<Key, SgdGroup> groups;
  for (size_t i = 0; i < n; ++i) {
    const at::Tensor& param = *params[i];
    const at::Tensor grad = midfuse::gradient_laid_out(param, "SGD");
    if (!grad.defined()) continue;
    // The first gradient of a parameter fills its buffer; with momentum it goes in a group apart.
    const bool fills = buffers != nullptr && steps[i] == 0;
    SgdGroup& group = groups[midfuse::key_of(param, fills ? 1 : 0)];
    group.params.push_back(param);
    group.grads.push_back(grad);
    if (buffers != nullptr) group.buffers.push_back(*buffers[i]);
  }
  for (auto& [key, group] : groups) {
    at::_fused_sgd_(group.params, group.grads, group.buffers, hyper.weight_decay, hyper.momentum,
                    hyper.lr, hyper.dampening, hyper.nesterov, /*maximize=*/false,
                    /*is_first_step=*/std::get<3>(key) == 1);
  }
  for (size_t i = 0; i < n; ++i) steps[i] += params[i]->grad().defined() ? 1 : 0;
}

}  // namespace

extern "C" {

char* midfuse_fused_sgd(const Handle* params, const Handle* buffers, int64_t* steps, size_t n,
                        const SgdHyper* hyper) {
  return guarded([&] { step(params, buffers, steps, n, *hyper); });
}
}
