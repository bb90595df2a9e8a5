// The floor: the platform's part of what edge-ivr does with a webhook, and nothing decided or
// verified. It reads the same headers and the body, counts an answer against the same limit, writes
// a log line as long, sends as many bytes to the queue in as many messages (awaited at an event,
// behind the reply at an answer and a key press), and replies with the same headers.
const NCCO = JSON.stringify([
  { action: "talk", text: "Welcome to the bench line.", language: "en-GB" },
]);
const LINE = JSON.stringify({
  route: "/webhooks/answer", status: 200, outcome: "ok", type: "vonage.voice.answer",
  leg: "aabbccddeeff00112233445566778899", conversation: "CON-78d335fa-323d-0114-9c3d-d6f0d48968cf",
  menu: "line", version: "f".repeat(64), node: "main", us: 0,
});
const JSON_TYPE = { headers: { "content-type": "application/json" } };
// What edge-ivr sends, in bytes: `queue_bytes` of the report.
const EVENT = " ".repeat(1040);
const ANSWER = " ".repeat(1710);
const PRESS = " ".repeat(1900);
const text = { contentType: "text" };

export default {
  async fetch(request, env, context) {
    const { headers, url, method } = request;
    headers.get("authorization");
    headers.get("cf-connecting-ip");
    headers.get("content-type");
    if (method !== "GET") await request.text();
    console.log(LINE);
    if (url.endsWith("/event")) {
      await env.EVENTS.send(EVENT, text);
      return new Response(null);
    }
    const isAnswer = url.includes("/answer");
    if (isAnswer) await env.CALLER_LIMIT.limit({ key: "447700900001" });
    context.waitUntil(env.EVENTS.send(isAnswer ? ANSWER : PRESS, text));
    return new Response(NCCO, JSON_TYPE);
  },
};
