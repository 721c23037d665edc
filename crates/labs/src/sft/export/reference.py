"""Loads what the lab exports with Hugging Face transformers and peft, and compares logits.

    cargo run --profile native -p labs --example sft_export -- models/pocket OUT
    python crates/labs/src/sft/export/reference.py models/pocket OUT

Needs torch, transformers, peft, numpy, safetensors.

With Python 3.11.7, torch 2.15.0, transformers 5.24.0 and peft 0.21.2 on the pocket model, relative L2 distance of the
logits: all weights 5.6e-7, merged adapter 5.3e-7, adapter beside the base model in peft 8.0e-7.
"""

import sys
from pathlib import Path

import numpy as np
import peft
import torch
import transformers

base, out = map(Path, sys.argv[1:3])
print("python", sys.version.split()[0], "torch", torch.__version__, "transformers", transformers.__version__,
      "peft", peft.__version__)


def load(folder):
    model, info = transformers.GPTNeoXForCausalLM.from_pretrained(
        folder, dtype=torch.float32, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
    return model.eval()


def compare(name, model, folder):
    tokens = torch.from_numpy(np.fromfile(out / folder / "tokens.u32", "<u4").astype(np.int64))[None]
    ours = np.fromfile(out / folder / "logits.f32", "<f4")
    with torch.no_grad():
        theirs = model(tokens).logits[0].float().numpy().reshape(-1)
    distance = np.linalg.norm(ours - theirs) / np.linalg.norm(theirs)
    print(f"{name}: relative L2 distance of the logits {distance:.1e}, largest difference {abs(ours - theirs).max():.1e}")
    assert distance < 1e-5, name
    return theirs


full = compare("all weights, transformers", load(out / "full"), "full")
merged = compare("merged adapter, transformers", load(out / "lora"), "lora")
adapted = compare("adapter beside the base model, peft", peft.PeftModel.from_pretrained(load(base), out / "adapter"), "lora")

with torch.no_grad():
    tokens = torch.from_numpy(np.fromfile(out / "full" / "tokens.u32", "<u4").astype(np.int64))[None]
    untrained = load(base)(tokens).logits[0].numpy().reshape(-1)
moved = [np.linalg.norm(x - untrained) / np.linalg.norm(untrained) for x in (full, adapted)]
print(f"training moved the logits by {moved[0]:.2f} (all weights) and {moved[1]:.2f} (adapter), relative L2")
assert min(moved) > 0.01, "nothing was trained"

tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(out / "full" / "tokenizer.json"))
text = "Instruction: What is a lemon?\nResponse: Ahoy! A lemon is a yellow fruit, shipmate!"
assert tokenizer(text)["input_ids"] == tokens[0].tolist(), "the tokenizer"
