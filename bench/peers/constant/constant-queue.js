// The floor with the platform work of a webhook in it: the body, unread and unverified, goes to the
// queue, once an event (awaited) and in one batch of two at an answer (behind the reply), and one
// line to the log, as with edge-ivr. The difference to `constant-body` is what that costs any Worker.
const NCCO = JSON.stringify([
  { action: "talk", text: "Welcome to the bench line.", language: "en-GB" },
]);
const LINE = JSON.stringify({
  route: "/webhooks/answer", status: 200, outcome: "ok", type: "vonage.voice.answer",
  leg: "aabbccddeeff00112233445566778899", conversation: "CON-78d335fa-323d-0114-9c3d-d6f0d48968cf", us: 0,
});
const init = { headers: { "content-type": "application/json" } };

export default {
  async fetch(request, env, context) {
    const body = await request.text();
    console.log(LINE);
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
