// The engine of the feasibility study: a module that exports `alloc`, `init` and `step`. Gives a function that makes a
// step and says how many milliseconds it took.
async ({ module, isHalf, batch, time }) => {
  const clock = { env: { now_ms: () => performance.now() } };
  const { instance: { exports: engine } } = await WebAssembly.instantiateStreaming(fetch(module), clock);
  const [layers, width, hidden, vocabulary] = [6, 128, 512, 50304];
  const layer = 4 * width + 3 * width * (width + 1) + width * (width + 1) + hidden * (width + 1) + width * (hidden + 1);
  const tables = 2 * vocabulary * width, nWeights = tables + layers * layer + 2 * width;
  const weights = engine.alloc(nWeights);
  const [tokens, targets] = [engine.alloc(batch * time), engine.alloc(batch * time)];
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const values = new Float32Array(engine.memory.buffer, weights, nWeights);
  values.forEach((_, i) => { values[i] = 0.06 * (random() - 0.5); });
  // The gains of the norms: two in each layer, one after the last.
  for (let i = 0; i < layers; i++) [0, 2].forEach((at) => values.fill(1, tables + i * layer + at * width, tables + i * layer + (at + 1) * width));
  values.fill(1, nWeights - 2 * width, nWeights - width);
  engine.init(weights, 1);
  const numbers = new Int32Array(engine.memory.buffer);
  for (let i = 0; i < batch * time; i++) {
    numbers[tokens / 4 + i] = random() * vocabulary;
    numbers[targets / 4 + i] = isHalf && i % time < time / 2 ? -1 : random() * vocabulary;
  }
  return () => {
    const begun = performance.now();
    const loss = engine.step(batch, time, tokens, targets, 1e-3, 0.01);
    if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
    return performance.now() - begun;
  };
}
