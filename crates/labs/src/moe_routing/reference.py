"""The first ten losses of the mixture, from PyTorch, in 64-bit floats.

Independent of the Rust code: random numbers, data and initial weights are made anew from their
definitions, every expert computes every token and is masked, gradients are PyTorch's.
Losses are those of each batch before its update: of the task, and with what asks for balance.

    python reference.py > reference.json

Made with Python 3.11, NumPy 2.4.6, PyTorch 2.15.0.
"""

import json
import math

import numpy as np
import torch

SEED, BATCH, STEPS, HIDDEN, CLUSTERS = 1, 256, 10, 16, 8
TASK, WEIGHTS, TRAINING = 0, 1, 2
DEFAULTS = dict(experts=8, top_k=1, segments=1, shared=False, gate="softmax", balance="none", alpha=0.01,
                z_weight=1e-3, bias_step=0.004, capacity=None, learning_rate=0.005)
CASES = {
    "": {},
    "balance=switch;alpha=30": dict(balance="switch", alpha=30.0),
    "balance=loss-free": dict(balance="loss-free"),
    "segments=4;balance=loss-free;bias_step=0.001": dict(segments=4, balance="loss-free", bias_step=0.001),
    "top_k=2;gate=sigmoid;balance=loss-free;bias_step=0.04":
        dict(top_k=2, gate="sigmoid", balance="loss-free", bias_step=0.04),
    "top_k=2;segments=2;shared=true;gate=sigmoid;balance=switch-z;alpha=1;z_weight=0.1":
        dict(top_k=2, segments=2, shared=True, gate="sigmoid", balance="switch-z", alpha=1.0, z_weight=0.1),
    "top_k=2;balance=switch-z;capacity=1":
        dict(top_k=2, balance="switch-z", capacity=1.0),
}


def philox(counter, key):
    """Philox4x32-10: Salmon et al. 2011, section 3.3."""
    x, k, low = list(counter), list(key), 0xFFFFFFFF
    for _ in range(10):
        left, right = 0xD2511F53 * x[0], 0xCD9E8D57 * x[2]
        x = [(right >> 32) ^ x[1] ^ k[0], right & low, (left >> 32) ^ x[3] ^ k[1], left & low]
        k = [(k[0] + 0x9E3779B9) & low, (k[1] + 0xBB67AE85) & low]
    return x


def numbers(stream, index=0):
    """32-bit numbers of (seed, stream, index)."""
    position = 0
    while True:
        yield from philox([position, index & 0xFFFFFFFF, index >> 32, stream], [SEED & 0xFFFFFFFF, SEED >> 32])
        position += 1


def uniform(bits):
    return np.float32((next(bits) >> 8) / 2**24)


def normals(bits):
    """A pair, by Box and Muller."""
    radius = math.sqrt(-2 * math.log((next(bits) + 1) / 2**32))
    angle = 2 * math.pi * next(bits) / 2**32
    return [np.float32(radius * math.cos(angle)), np.float32(radius * math.sin(angle))]


def below(bits, n):
    """Lemire 2019, algorithm 5."""
    while True:
        product = next(bits) * n
        if product & 0xFFFFFFFF >= 2**32 % n:
            return product >> 32


def task():
    bits, places = numbers(TASK), list(range(CLUSTERS))
    for last in range(CLUSTERS - 1, 0, -1):
        other = below(bits, last + 1)
        places[last], places[other] = places[other], places[last]
    clusters = []
    for place in places:
        around, angle = 2 * math.pi * place / CLUSTERS, 2 * math.pi * float(uniform(bits))
        rotation = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        inner = np.array([normals(bits), normals(bits)])
        clusters.append((2 * np.array([math.cos(around), math.sin(around)]), rotation, inner))
    return clusters


def batch(clusters, step):
    zipf = np.cumsum(1 / np.arange(1, CLUSTERS + 1))
    inputs, targets = [], []
    for index in range(step * BATCH, (step + 1) * BATCH):
        bits = numbers(TRAINING, index)
        rank = min(int(np.searchsorted(zipf / zipf[-1], uniform(bits), side="right")), CLUSTERS - 1)
        z, (centre, rotation, inner) = np.array(normals(bits), dtype=np.float64), clusters[rank]
        inputs.append(centre + 0.3 * z)
        targets.append(rotation @ z + np.sin(inner.astype(np.float64) @ z))
    return torch.tensor(np.array(inputs)), torch.tensor(np.array(targets))


def train(case):
    c = {**DEFAULTS, **case}
    shared = int(c["shared"])
    n, k, hidden = c["experts"] * c["segments"] - shared, c["top_k"] * c["segments"] - shared, HIDDEN // c["segments"]
    bits = numbers(WEIGHTS)

    def linear(rows, cols):
        def draw(*shape):
            flat = [(2 * float(uniform(bits)) - 1) / math.sqrt(rows) for _ in range(math.prod(shape))]
            return torch.tensor(flat, dtype=torch.float64).reshape(shape).requires_grad_()
        return draw(rows, cols), draw(cols)

    router = linear(2, n)
    experts = [(*linear(2, hidden), *linear(hidden, 2)) for _ in range(n + shared)]
    parameters = [*router, *(p for expert in experts for p in expert)]
    optimizer = torch.optim.Adam(parameters, lr=c["learning_rate"])
    bias, clusters = torch.zeros(n, dtype=torch.float64), task()
    task_losses, losses = [], []
    for step in range(STEPS):
        x, target = batch(clusters, step)
        logits = x @ router[0] + router[1]
        affinities = torch.softmax(logits, 1) if c["gate"] == "softmax" else torch.sigmoid(logits)
        chosen = torch.argsort(-(affinities.detach() + bias), dim=1, stable=True)[:, :k]
        mask = torch.zeros(BATCH, n, dtype=torch.float64).scatter(1, chosen, 1.0)
        loads = mask.sum(0)
        weights = affinities * mask
        if c["gate"] == "sigmoid" and k > 1:
            weights = weights / weights.sum(1, keepdim=True)
        if c["capacity"]:
            mask = mask.clone()
            seats, taken = math.ceil(BATCH * k / n * c["capacity"]), [0] * n
            for rank in range(k):
                for token in range(BATCH):
                    expert = int(chosen[token, rank])
                    if taken[expert] == seats:
                        mask[token, expert] = 0
                    else:
                        taken[expert] += 1
            weights = weights * mask
        outputs = [torch.nn.functional.gelu(x @ up + a) @ down + b for up, a, down, b in experts]
        y = x + sum(outputs[:shared]) + sum(weights[:, i, None] * outputs[shared + i] for i in range(n))
        task_loss = ((y - target) ** 2).mean()
        loss = task_loss
        if c["balance"].startswith("switch"):
            probabilities = affinities / affinities.sum(1, keepdim=True)
            loss = loss + c["alpha"] * n / (k * BATCH) * (loads * probabilities.mean(0)).sum()
        if c["balance"] == "switch-z":
            loss = loss + c["z_weight"] * (torch.logsumexp(logits, 1) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if c["balance"] == "loss-free":
            bias += c["bias_step"] * torch.sign(loads.mean() - loads)
        task_losses.append(task_loss.item())
        losses.append(loss.item())
    return {"task_losses": task_losses, "losses": losses, "loads_of_last": [int(load) for load in loads]}


if __name__ == "__main__":
    print(json.dumps({settings: train(case) for settings, case in CASES.items()}, indent=1))
