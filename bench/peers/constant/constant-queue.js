// The floor with the platform work of a webhook in it: the body, unread and unverified, goes to the
// queue, once an event (awaited) and in one batch of two at an answer (behind the reply), as
// edge-ivr does. The difference to `constant` is what body and queue cost in any Worker.
const NCCO = JSON.stringify([
  { action: "talk", text: "Welcome to the bench line.", language: "en-GB" },
]);
const init = { headers: { "content-type": "application/json" } };

export default {
  async fetch(request, env, context) {
    const body = await request.text();
    if (request.url.endsWith("/event")) {
      await env.EVENTS.send(body, { contentType: "text" });
      return new Response(null);
    }
    context.waitUntil(
      env.EVENTS.sendBatch([
        { body, contentType: "text" },
        { body, contentType: "text" },
      ]),
    );
    return new Response(NCCO, init);
  },
};
