"""A model of Pythia-14M's size with random weights, and what Hugging Face transformers and PyTorch compute with it:
what examples/pythia14m compares this crate with.

Run: python pythia14m.py DIRECTORY   (about 400 MB are written, and 3 GB of memory used)
With: Python 3.11, torch 2.15.0, transformers 5.24.0, on a CPU

Weights and gradients are written as one vector each, little-endian f32, in the order of `ml::neox::Layout`.
"""

import json
import math
import sys
from pathlib import Path

import torch
import transformers

SEQUENCES, TIME, STEPS = 4, 64, 10
PEAK, FLOOR, WARM_UP = 1e-3, 1e-4, 3

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
torch.manual_seed(20261126)
config = transformers.GPTNeoXConfig(
    vocab_size=50304,
    hidden_size=128,
    num_hidden_layers=6,
    num_attention_heads=4,
    intermediate_size=512,
    hidden_act="gelu",
    rotary_pct=0.25,
    rotary_emb_base=10000,
    max_position_embeddings=2048,
    layer_norm_eps=1e-5,
    use_parallel_residual=True,
    tie_word_embeddings=False,
    attention_dropout=0.0,
    hidden_dropout=0.0,
    use_cache=False,
)
model = transformers.GPTNeoXForCausalLM(config).float().train()
with torch.no_grad():
    # Larger than at the start of pre-training, and with biases, so that every part matters.
    for name, weight in model.named_parameters():
        if weight.ndim == 1:
            weight.add_(0.1 * torch.randn_like(weight))
        else:
            weight.mul_(3.0)


def layout():
    """The model's tensors in the order of this crate."""
    tensors = dict(model.named_parameters())
    names = ["gpt_neox.embed_in.weight"]
    for layer in range(config.num_hidden_layers):
        for part in (
            "input_layernorm",
            "post_attention_layernorm",
            "attention.query_key_value",
            "attention.dense",
            "mlp.dense_h_to_4h",
            "mlp.dense_4h_to_h",
        ):
            names += [f"gpt_neox.layers.{layer}.{part}.{kind}" for kind in ("weight", "bias")]
    names += ["gpt_neox.final_layer_norm.weight", "gpt_neox.final_layer_norm.bias"]
    names.append("lm_head.weight" if "lm_head.weight" in tensors else "embed_out.weight")
    assert sorted(names) == sorted(tensors)
    return [tensors[name] for name in names]


def write(name, tensors):
    flat = torch.cat([tensor.detach().reshape(-1) for tensor in tensors])
    flat.numpy().astype("<f4").tofile(OUT / f"{name}.f32")


def tokens(step):
    """Frequent tokens in all steps, others in two steps that lie six apart, and most of the vocabulary never."""
    generator = torch.Generator().manual_seed(100 + step)
    frequent = torch.randint(0, 200, (SEQUENCES, TIME + 1), generator=generator)
    pool = 1000 + 5000 * (step % 6)
    rare = torch.randint(pool, pool + 300, (SEQUENCES, TIME + 1), generator=generator)
    return torch.where(torch.rand((SEQUENCES, TIME + 1), generator=generator) < 0.5, frequent, rare)


def forward(batch, half):
    """Logits, and the mean loss over all positions or over the second half of each sequence."""
    logits = model(input_ids=batch[:, :TIME]).logits
    targets = batch[:, 1:].clone()
    if half:
        targets[:, : TIME // 2] = -100
    return logits, torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)


def learning_rate(t):
    if t < WARM_UP:
        return PEAK * (t + 1) / WARM_UP
    return FLOOR + (PEAK - FLOOR) * (1 + math.cos(math.pi * (t - WARM_UP) / (STEPS - WARM_UP))) / 2


write("weights", layout())
batches = [tokens(step) for step in range(STEPS)]
torch.stack(batches).numpy().astype("<u4").tofile(OUT / "tokens.u32")
truth = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
for half in (False, True):
    logits, loss = forward(batches[0], half)
    model.zero_grad()
    loss.backward()
    name = "half" if half else "full"
    truth[f"loss_{name}"] = loss.item()
    write(f"gradients_{name}", [tensor.grad for tensor in layout()])
    if not half:
        write("logits", [logits])

optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
truth["losses"], truth["norms"] = [], []
for step, batch in enumerate(batches):
    for group in optimizer.param_groups:
        group["lr"] = learning_rate(step)
    optimizer.zero_grad()
    _, loss = forward(batch, half=step % 2 == 1)
    loss.backward()
    truth["norms"].append(torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0).item())
    truth["losses"].append(loss.item())
    optimizer.step()
write("weights_after", layout())
(OUT / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
print(json.dumps(truth, indent=1))
