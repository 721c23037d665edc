"""The numbers that crates/ml/tests/reference.rs expects: every operation of the tape, forward and backward, and the
optimizers, by PyTorch in f64 on inputs that f32 holds exactly.

Run: python reference.py > reference.json
With: Python 3.11, torch 2.15.0, on a CPU
"""

import json

import torch
import torch.nn.functional as F

torch.manual_seed(20260714)
torch.set_default_dtype(torch.float64)


def numbers(*shape, low=-2.0, high=2.0):
    """Uniform multiples of 1/256: exact in f32, and short in JSON."""
    return torch.round((low + (high - low) * torch.rand(shape)) * 256) / 256


def flat(tensor):
    return [float(f"{x:.9g}") for x in tensor.detach().reshape(-1).tolist()]


def matrix(tensor):
    shape = {0: [1, 1], 1: [1, tensor.numel()]}.get(tensor.dim(), list(tensor.shape))
    return {"shape": shape, "values": flat(tensor)}


OPS = []


def op(name, function, *inputs):
    """The result of `function`, and the gradients of the inputs for a loss that weights each element of it."""
    inputs = [x.clone().requires_grad_() for x in inputs]
    result = function(*inputs)
    weights = numbers(*result.shape)
    (result * weights).sum().backward()
    OPS.append(
        {
            "op": name,
            "inputs": [matrix(x) for x in inputs],
            "result": matrix(result),
            "weights": matrix(weights),
            "gradients": [flat(x.grad) for x in inputs],
        }
    )


def column(tensor):
    return tensor[:, None]


op("matmul", lambda a, b: a @ b, numbers(3, 5), numbers(5, 9))
op("matmul_abt", lambda a, b: a @ b.T, numbers(3, 5), numbers(9, 5))
op("matmul_atb", lambda a, b: a.T @ b, numbers(5, 3), numbers(5, 9))
op("add", torch.add, numbers(3, 5), numbers(1, 5))
op("sub", torch.sub, numbers(3, 5), numbers(3, 1))
op("mul", torch.mul, numbers(3, 5), numbers(3, 1))
op("div", torch.div, numbers(3, 5), numbers(1, 5, low=0.5))
op("scale", lambda x: x * -0.75, numbers(3, 5))
op("shift", lambda x: x + 0.75, numbers(3, 5))
op("relu", F.relu, numbers(3, 9))
op("tanh", torch.tanh, numbers(3, 9, low=-5, high=5))
op("gelu", F.gelu, numbers(3, 9, low=-5, high=5))
op("gelu_tanh", lambda x: F.gelu(x, approximate="tanh"), numbers(3, 9, low=-5, high=5))
op("sigmoid", torch.sigmoid, numbers(3, 9, low=-8, high=8))
op("exp", torch.exp, numbers(3, 9, low=-5, high=5))
op("ln", torch.log, numbers(3, 9, low=0.1, high=9))
op("square", torch.square, numbers(3, 5))
op("softmax", lambda x: F.softmax(x, -1), numbers(3, 11, low=-6, high=6))
op("log_softmax", lambda x: F.log_softmax(x, -1), numbers(3, 11, low=-6, high=6))
op("logsumexp", lambda x: column(torch.logsumexp(x, -1)), numbers(3, 11, low=-6, high=6))
op("sum", lambda x: x.sum()[None, None], numbers(3, 11))
op("mean", lambda x: x.mean()[None, None], numbers(3, 11))
op("sum_rows", lambda x: x.sum(0, keepdim=True), numbers(3, 11))
op("sum_cols", lambda x: x.sum(1, keepdim=True), numbers(3, 11))
op("mean_rows", lambda x: x.mean(0, keepdim=True), numbers(3, 11))
op("mean_cols", lambda x: x.mean(1, keepdim=True), numbers(3, 11))
op("gather_rows", lambda x: F.embedding(torch.tensor([3, 0, 3]), x), numbers(4, 5))
op("index_add", lambda x, y: x.index_add(0, torch.tensor([3, 0, 3]), y), numbers(4, 5), numbers(3, 5))
op("pick", lambda x: x.gather(1, torch.tensor([[4], [0], [4]])), numbers(3, 5))
op("reshape", lambda x: x.reshape(5, 3), numbers(3, 5))
op("concat_rows", lambda x, y: torch.cat([x, y, x], 0), numbers(1, 5), numbers(2, 5))
op("concat_cols", lambda x, y: torch.cat([x, y, x], 1), numbers(3, 1), numbers(3, 2))
op("slice_rows", lambda x: x[1:3], numbers(4, 5))
op("slice_cols", lambda x: x[:, 1:4], numbers(3, 5))
op("detach", lambda x: x * x.detach(), numbers(3, 5))
op("layer_norm", lambda x, g, b: F.layer_norm(x, (11,), g[0], b[0]), numbers(3, 11), numbers(1, 11), numbers(1, 11))


def attention(q, k, v):
    """Two sequences of four positions, two heads of three."""
    q, k, v = (x.reshape(2, 4, 2, 3).transpose(1, 2) for x in (q, k, v))
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return mixed.transpose(1, 2).reshape(8, 6)


op("causal_attention", attention, numbers(8, 6), numbers(8, 6), numbers(8, 6))
TARGETS = torch.tensor([10, 0, 4])
op("cross_entropy", lambda x: F.cross_entropy(x, TARGETS)[None, None], numbers(3, 11, low=-6, high=6))
MASKED = torch.tensor([10, -100, 4])
op("cross_entropy_masked", lambda x: F.cross_entropy(x, MASKED)[None, None], numbers(3, 11, low=-6, high=6))
op("mean_squared_error", lambda x, y: F.mse_loss(x, y)[None, None], numbers(3, 5), numbers(3, 5))

OPTIMIZERS = []


def optimizer(name, make, clip=None, steps=5):
    """Weights after each step, for gradients that change and are clipped to a joint norm."""
    weights = [numbers(2, 3), numbers(1, 5)]
    start = [matrix(w) for w in weights]
    weights = [w.clone().requires_grad_() for w in weights]
    chosen, rows = make(weights), []
    for _ in range(steps):
        gradients = [numbers(*w.shape) for w in weights]
        for w, g in zip(weights, gradients):
            w.grad = g.clone()
        norm = torch.nn.utils.clip_grad_norm_(weights, clip) if clip else None
        chosen.step()
        rows.append(
            {
                "gradients": [flat(g) for g in gradients],
                "norm": float(norm) if clip else None,
                "weights": [flat(w) for w in weights],
            }
        )
    OPTIMIZERS.append({"optimizer": name, "start": start, "steps": rows})


optimizer("adamw", lambda w: torch.optim.AdamW(w, lr=0.01, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1))
optimizer("adam", lambda w: torch.optim.Adam(w, lr=0.01))
optimizer("adamw_clipped", lambda w: torch.optim.AdamW(w, lr=0.01), clip=1.5)
optimizer("sgd", lambda w: torch.optim.SGD(w, lr=0.1))
optimizer("sgd_momentum", lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9, weight_decay=0.1))
optimizer("sgd_nesterov", lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True))

print('{"torch": "%s",\n "ops": [' % torch.__version__.split("+")[0])
print(",\n".join(json.dumps(case) for case in OPS))
print('],\n "optimizers": [')
print(",\n".join(json.dumps(case) for case in OPTIMIZERS))
print("]}")
