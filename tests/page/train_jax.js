// Times steps of the same model in jax-js on its WebAssembly device. The step is easier: the rows of the input
// embeddings are given, and neither trained nor looked up.
// `window.told` is milliseconds a step, the first two left out, in which kernels are compiled.
async ({ library, isHalf, nSteps, batch, time }) => {
  const { numpy: np, nn, jit, valueAndGrad, init, defaultDevice, tree } = await import(library);
  await init("wasm");
  defaultDevice("wasm");
  const [layers, width, heads, hidden, vocabulary] = [6, 128, 4, 512, 50304];
  const rows = batch * time, head = width / heads, turned = head / 4;
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const draw = (...shape) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b));
    values.forEach((_, i) => { values[i] = 0.06 * (random() - 0.5); });
    return np.array(values).reshape(shape);
  };
  const linear = (inputs, outputs) => ({ w: draw(inputs, outputs), b: np.zeros([outputs]) });
  const norm = () => ({ gain: np.ones([width]), bias: np.zeros([width]) });
  const block = () => ({
    first: norm(), second: norm(), query: linear(width, width), key: linear(width, width), value: linear(width, width),
    dense: linear(width, width), expand: linear(width, hidden), contract: linear(hidden, width),
  });
  let weights = { blocks: Array.from({ length: layers }, block), last: norm(), out: draw(width, vocabulary) };
  const zeros = () => tree.map((weight) => np.zeros(weight.shape), weights);
  let [first, second] = [zeros(), zeros()];

  const angles = new Float32Array(time * turned / 2);
  angles.forEach((_, i) => { angles[i] = Math.floor(i / (turned / 2)) * 10000 ** (-2 * (i % (turned / 2)) / turned); });
  const table = (f) => np.array(angles.map(f)).reshape([time, 1, turned / 2]);
  const apply = ({ w, b }, x) => np.matmul(x, w).add(b);
  const normalize = ({ gain, bias }, x) => nn.standardize(x, -1, { epsilon: 1e-5 }).mul(gain).add(bias);
  const turn = (x, cos, sin) => {
    const [a, b, rest] = np.split(x, [turned / 2, turned], -1);
    const left = a.ref.mul(cos.ref).sub(b.ref.mul(sin.ref));
    const right = b.mul(cos).add(a.mul(sin));
    return np.concatenate([left, right, rest], -1);
  };
  const loss = (weights, x, labels, counts, cos, sin) => {
    for (const block of weights.blocks) {
      const [one, two] = [normalize(block.first, x.ref), normalize(block.second, x.ref)];
      const split = (x) => x.reshape([batch, time, heads, head]);
      const q = turn(split(apply(block.query, one.ref)), cos.ref, sin.ref);
      const k = turn(split(apply(block.key, one.ref)), cos.ref, sin.ref);
      const v = split(apply(block.value, one));
      const mixed = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([rows, width]);
      const fed = apply(block.contract, nn.gelu(apply(block.expand, two), { approximate: false }));
      x = x.add(apply(block.dense, mixed)).add(fed);
    }
    cos.dispose();
    sin.dispose();
    const logits = np.matmul(normalize(weights.last, x), weights.out);
    // The library's own one-hot vectors are rows of a matrix of 50,304 × 50,304.
    const isLabel = np.equal(labels.reshape([rows, 1]), np.arange(vocabulary).reshape([1, vocabulary]));
    const found = np.where(isLabel, nn.logSoftmax(logits, -1), 0).sum(-1);
    return found.mul(counts).sum().mul(-1);
  };
  const step = jit((weights, first, second, x, labels, counts, cos, sin) => {
    const [found, gradients] = valueAndGrad(loss)(tree.ref(weights), x, labels, counts, cos, sin);
    first = tree.map((m, g) => m.mul(0.9).add(g.ref.mul(0.1)), first, gradients);
    second = tree.map((v, g) => v.mul(0.999).add(np.square(g).mul(0.001)), second, gradients);
    weights = tree.map(
      (w, m, v) => w.mul(1 - 1e-5).sub(m.ref.mul(1e-3).div(np.sqrt(v.ref).add(1e-8))), weights, first, second);
    return [found, weights, first, second];
  });
  const x = draw(rows, width);
  const labels = np.array(Int32Array.from({ length: rows }, () => random() * vocabulary));
  const nCounted = isHalf ? rows / 2 : rows;
  const counts = np.array(Float32Array.from({ length: rows }, (_, i) => (isHalf && i % time < time / 2 ? 0 : 1 / nCounted)));
  const [cos, sin] = [table(Math.cos), table(Math.sin)];
  const times = [];
  for (let n = 0; n < nSteps; n++) {
    const begun = performance.now();
    const told = step(weights, first, second, x.ref, labels.ref, counts.ref, cos.ref, sin.ref);
    [weights, first, second] = told.slice(1);
    const found = await told[0].data();
    if (!Number.isFinite(found[0])) throw new Error(`the loss is ${found[0]}`);
    times.push(performance.now() - begun);
    (window.losses ??= []).push(found[0]);
  }
  window.told = times.slice(2);
}
