// Runs `pythia14m_module.wasm`. With a directory of `reference/pythia14m.py`, it computes there what `main.rs`
// compares; without, it measures the speed.
//
// node run.mjs MODULE.wasm [DIRECTORY]

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [path, directory] = process.argv.slice(2);
const { exports } = (await WebAssembly.instantiate(readFileSync(path))).instance;

/** A result, which is NaN where the module failed. */
function checked(result) {
  if (Number.isNaN(result)) throw new Error("the module failed");
  return result;
}

function fill(bytes) {
  const at = exports.buffer(bytes.length / 4);
  new Uint8Array(exports.memory.buffer).set(bytes, at);
}

function save(name, count) {
  const bytes = new Uint8Array(exports.memory.buffer, exports.buffer_at(), 4 * checked(count));
  writeFileSync(join(directory, `wasm_${name}.f32`), bytes);
}

function compute() {
  const tokens = readFileSync(join(directory, "tokens.u32"));
  const size = tokens.length / 10;
  const batch = (step) => tokens.subarray(step * size, (step + 1) * size);
  fill(readFileSync(join(directory, "weights.f32")));
  checked(exports.load());
  for (const [name, half] of [["full", 0], ["half", 1]]) {
    fill(batch(0));
    checked(exports.set_batch(half));
    if (!half) save("logits", exports.logits());
    checked(exports.pass());
    save(`gradients_${name}`, exports.gradients());
    exports.clear();
  }
  const losses = new Float32Array(10);
  for (let step = 0; step < 10; step++) {
    fill(batch(step));
    losses[step] = checked(exports.step(step));
  }
  writeFileSync(join(directory, "wasm_losses.f32"), new Uint8Array(losses.buffer));
  save("weights_after", exports.weights());
}

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

function bench() {
  for (const half of [0, 1]) {
    checked(exports.initial(half));
    const times = [];
    for (let step = 0; step < 13; step++) {
      const begun = performance.now();
      checked(exports.pass());
      checked(exports.update(1e-4, 0, 1));
      // The first steps compile the module's code.
      if (step >= 2) times.push(performance.now() - begun);
    }
    const ms = median(times);
    console.log(`${half ? "half masked" : "full"}: ${ms.toFixed(1)} ms, ${(256e3 / ms).toFixed(0)} tokens/s`);
  }
  const slices = [];
  for (let more = true; more; ) {
    const begun = performance.now();
    more = checked(exports.slice());
    slices.push(performance.now() - begun);
  }
  const longest = Math.max(...slices).toFixed(1);
  console.log(`a step in ${slices.length} slices, median ${median(slices).toFixed(1)} ms, longest ${longest} ms`);
  console.log(`memory: ${(exports.memory.buffer.byteLength / 2 ** 20).toFixed(0)} MiB`);
}

if (directory) compute();
else bench();
