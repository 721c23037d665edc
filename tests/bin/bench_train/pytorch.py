"""Times the same steps in PyTorch on the processor. With: torch, transformers.

Run: python pytorch.py THREADS STEPS full|half   (prints tokens a second, the first step left out)
"""

import sys
import time

import torch
import transformers

BATCH, TIME = 4, 64

threads, steps, mask = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
torch.set_num_threads(threads)
torch.manual_seed(1)
config = transformers.GPTNeoXConfig(
    vocab_size=50304,
    hidden_size=128,
    num_hidden_layers=6,
    num_attention_heads=4,
    intermediate_size=512,
    hidden_act="gelu",
    rotary_pct=0.25,
    max_position_embeddings=512,
    use_parallel_residual=True,
    tie_word_embeddings=False,
    attention_dropout=0.0,
    hidden_dropout=0.0,
    use_cache=False,
)
model = transformers.GPTNeoXForCausalLM(config).float().train()
# The fused form of AdamW is the quickest that there is on a processor.
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01, fused=True)
tokens = torch.randint(0, config.vocab_size, (BATCH, TIME + 1))
inputs, labels = tokens[:, :-1], tokens[:, 1:].clone()
if mask == "half":
    labels[:, : TIME // 2] = -100
times = []
for _ in range(steps):
    begun = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    logits = model(input_ids=inputs).logits
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, config.vocab_size), labels.reshape(-1))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    times.append(time.perf_counter() - begun)
print(BATCH * TIME * (steps - 1) / sum(times[1:]))
