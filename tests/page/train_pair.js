// Has a worker of the language model and another engine in this page train by turns, a few steps each, so that both meet
// the same machine: one whose speed changes from second to second tells little of two that run one after the other.
// `script`, `files` and `tags` as in `train.js`, `start` as one of its `starts`; `pause` and `resume`: commands; `other`:
// what the engine is made with. `window.told` is what the worker said, as in `train.js`, and for each turn when the
// worker began and ended, and the milliseconds of the other's steps.
(makeOther) => async ({ script, files, start: [load, data, start], pause, resume, tags, nTurns, nSteps, other }) => {
  const model = await Promise.all(files.map(async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer())));
  const stepOther = await makeOther(other);
  const worker = new Worker(script, { type: "module" });
  const told = [];
  let awaited;
  const until = (tag, n = 1) => new Promise((done) => { awaited = { tag, n, done }; });
  worker.onerror = (event) => { window.trouble = event.message || "a worker does not start"; };
  worker.onmessage = ({ data: [event] }) => {
    told.push([performance.now(), [...event]]);
    if (tags.ends.includes(event[0])) window.trouble = "the run ended before its time";
    if (event[0] === awaited?.tag && !--awaited.n) awaited.done();
  };
  const post = (command, payloads = []) => {
    const parts = [Uint8Array.from(command), ...payloads];
    worker.postMessage(parts, parts.map((part) => part.buffer));
  };
  await until(tags.ready);
  post(load, model);
  await until(tags.loaded);
  post(data);
  await until(tags.dataReady);
  const turns = [];
  for (let i = 0; i <= nTurns; i++) {
    const begun = performance.now();
    post(i ? resume : start);
    // What was under way is ended first.
    await until(tags.progress, nSteps + 1);
    const ended = performance.now();
    post(pause);
    await until(tags.paused);
    const others = [];
    for (let k = 0; k <= nSteps; k++) {
      others.push(stepOther());
      // The browser answers in between.
      await new Promise((done) => setTimeout(done));
    }
    turns.push([begun, ended, others.slice(1)]);
  }
  worker.terminate();
  // The first turn warms up.
  window.told = [told, turns.slice(1)];
}
