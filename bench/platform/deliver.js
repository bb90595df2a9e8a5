// Hands batches of queue messages to the Worker beside it, as the platform's queue does, and says
// what became of them: POST / with a JSON array of message bodies.
export default {
  async fetch(request, env) {
    const bodies = await request.json();
    const timestamp = new Date();
    const messages = bodies.map((body, index) => ({ id: `message-${index}`, timestamp, attempts: 1, body }));
    const { outcome, ackAll, explicitAcks } = await env.MAIN.queue("events", messages);
    const acknowledged = ackAll ? messages.length : explicitAcks.length;
    return new Response(`${outcome} ${acknowledged}`);
  },
};
