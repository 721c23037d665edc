// Starts a lab's worker as a page does and keeps what it says, in order.
// `hand.say` posts bytes, `hand.heard` are the bytes that came, `hand.errors` what the worker threw.
(url, name) => {
  window.hand?.worker.terminate();
  const worker = new Worker(url, { type: "module", name });
  window.hand = { worker, heard: [], errors: [], moved: 0 };
  hand.say = (bytes) => {
    const message = Uint8Array.from(bytes);
    worker.postMessage(message, [message.buffer]);
  };
  worker.addEventListener("message", ({ data }) => hand.heard.push(data instanceof Uint8Array ? [...data] : String(data)));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    hand.errors.push(event.message);
  });
}
