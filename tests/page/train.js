// Has workers of the language model train, each by its own messages, and keeps what they say and when.
// `script`: the worker's file. `files`: the model's. `starts`: for each worker the messages that load a model, set data
// and start a run. `tags`: the first byte of what a worker says (`ready`, `loaded`, `dataReady`, `gradients`, and in
// `ends` all that end a run) and of what it is told (`give`: another worker's gradients).
// The last messages go out together, when all workers wait for them. `window.told` is `[ms, bytes]` for each worker.
async ({ script, files, starts, tags }) => {
  const model = await Promise.all(files.map(async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer())));
  const post = (worker, command, payloads = []) => {
    const parts = [Uint8Array.from(command), ...payloads];
    worker.postMessage(parts, parts.map((part) => part.buffer));
  };
  const workers = starts.map(() => new Worker(script, { type: "module" }));
  const told = starts.map(() => []);
  let nReady = 0, nEnded = 0;
  workers.forEach((worker, at) => {
    const [load, data] = starts[at];
    const end = () => {
      if (++nEnded === workers.length) {
        workers.forEach((worker) => worker.terminate());
        window.told = told;
      }
    };
    worker.onerror = (event) => { window.trouble = event.message || "a worker does not start"; };
    worker.onmessage = ({ data: [event, ...payloads] }) => {
      const tag = event[0];
      if (tag === tags.gradients) {
        const command = [...event];
        command[0] = tags.give;
        // As the page of the lab does it, copies are made for all but the last.
        const others = workers.filter((other) => other !== worker);
        others.forEach((other, i) =>
          post(other, command, i < others.length - 1 ? payloads.map((payload) => payload.slice()) : payloads));
        return;
      }
      told[at].push([performance.now(), [...event]]);
      if (tag === tags.ready) post(worker, load, model.map((file) => file.slice()));
      if (tag === tags.loaded) post(worker, data);
      if (tag === tags.dataReady && ++nReady === workers.length) workers.forEach((worker, i) => post(worker, starts[i][2]));
      if (tags.ends.includes(tag)) end();
    };
  });
}
