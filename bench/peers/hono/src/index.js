// What a user would write instead of edge-ivr: Hono, Vonage's own SDK for the signature and the
// NCCO, menus in KV, events on a queue. It does the part of our job that every call needs:
//
//   - the signature, and the hash of the body in it (the SDK leaves that to its caller);
//   - called number -> menu -> NCCO, by the same documents in KV;
//   - a key press -> next node -> NCCO; the place in the menu rides in the URL, unsealed;
//   - each webhook as one CloudEvent with a computed id, each step of a caller as another;
//   - one line of JSON a request in the log.
//
// It does not check menus, seal state, count silence and wrong keys, or survive a full queue.
// `CACHE` says whether it remembers documents for a minute, as edge-ivr does, or reads KV each time.
import { createHash } from "node:crypto";
import { Hono } from "hono";
import { verifySignature } from "@vonage/jwt";
import { Connect, Input, NCCOBuilder, Talk } from "@vonage/voice";

const REMEMBER_MS = 60_000;
const remembered = new Map();

async function read(env, key) {
  if (env.CACHE !== "yes") return env.MENUS.get(key, { type: "json", cacheTtl: 60 });
  const known = remembered.get(key);
  const now = Date.now();
  if (known && known.until > now) return known.document;
  const document = await env.MENUS.get(key, { type: "json", cacheTtl: 60 });
  remembered.set(key, { document, until: now + REMEMBER_MS });
  return document;
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Signature, age, and that the body (or the query, as JSON) is the one that was signed. */
function signed(context, body) {
  const token = context.req.header("authorization")?.replace(/^Bearer /, "");
  if (!token || !verifySignature(token, context.env.VONAGE_SIGNATURE_SECRET)) return false;
  const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
  const what = context.req.method === "GET" ? JSON.stringify(context.req.query()) : body;
  return (
    claims.iss === "Vonage" &&
    Math.abs(Date.now() / 1000 - claims.iat) <= 300 &&
    claims.payload_hash === sha256(what)
  );
}

const message = (type, subject, time, data, raw) => ({
  body: JSON.stringify({
    specversion: "1.0",
    id: sha256(type + raw),
    source: "/vonage/voice",
    type,
    subject,
    time,
    datacontenttype: "application/json",
    receivedat: new Date().toISOString(),
    conversation: data.conversation_uuid,
    data: { ...data, raw },
  }),
  contentType: "text",
});

/** The NCCO of one node: what the caller hears, and where the next key press goes. */
function ncco(env, menu, id, node) {
  const { language, style, premium } = menu.voice;
  const builder = new NCCOBuilder();
  const menuNode = node.kind === "menu";
  builder.addAction(new Talk(node.prompt, menuNode, undefined, undefined, language, style, premium));
  if (menuNode) {
    const next = `${env.PUBLIC_URL}/webhooks/input?menu=${menu.id}&node=${id}`;
    builder.addAction(new Input({ maxDigits: 1, timeOut: 5 }, undefined, [next]));
  } else if (node.kind === "connect") {
    const endpoint = { type: "phone", number: node.to[0] };
    builder.addAction(new Connect(endpoint, undefined, undefined, undefined, node.ring));
  }
  return builder.build();
}

const app = new Hono();

app.use(async (context, next) => {
  const began = Date.now();
  await next();
  const { type, call } = context.var;
  console.log(JSON.stringify({
    route: context.req.path, status: context.res.status, type, leg: call?.uuid,
    conversation: call?.conversation_uuid, us: (Date.now() - began) * 1000,
  }));
});

/** What the log line tells of a webhook. */
function tell(context, type, call) {
  context.set("type", type);
  context.set("call", call);
}

app.on(["GET", "POST"], "/webhooks/answer", async (context) => {
  const body = context.req.method === "GET" ? "" : await context.req.text();
  if (!signed(context, body)) return context.text("bad signature", 401);
  const call = context.req.method === "GET" ? context.req.query() : JSON.parse(body);
  tell(context, "vonage.voice.answer", call);
  const number = await read(context.env, `number:${call.to}`);
  const menu = { ...(await read(context.env, `menu:${number.menu}`)), id: number.menu };
  const answer = ncco(context.env, menu, menu.start, menu.nodes[menu.start]);
  const time = new Date().toISOString();
  const step = { ...call, menu: menu.id, node: menu.start, cause: "answer" };
  context.executionCtx.waitUntil(
    context.env.EVENTS.sendBatch([
      message("vonage.voice.answer", call.uuid, time, call, body),
      message("ivr.step", call.uuid, time, step, body),
    ]),
  );
  return context.json(answer);
});

app.post("/webhooks/input", async (context) => {
  const body = await context.req.text();
  if (!signed(context, body)) return context.text("bad signature", 401);
  const input = JSON.parse(body);
  tell(context, "vonage.voice.input", input);
  const { menu: id, node: at } = context.req.query();
  const menu = { ...(await read(context.env, `menu:${id}`)), id };
  const choice = menu.nodes[at].choices[input.dtmf.digits];
  const target = choice?.then ?? choice ?? at;
  const answer = ncco(context.env, menu, target, menu.nodes[target]);
  const step = { ...input, menu: id, node: at, cause: "input", target };
  context.executionCtx.waitUntil(
    context.env.EVENTS.sendBatch([
      message("vonage.voice.input", input.uuid, input.timestamp, input, body),
      message("ivr.step", input.uuid, input.timestamp, step, body),
    ]),
  );
  return context.json(answer);
});

app.post("/webhooks/event", async (context) => {
  const body = await context.req.text();
  if (!signed(context, body)) return context.text("bad signature", 401);
  const event = JSON.parse(body);
  tell(context, `vonage.voice.${event.status}`, event);
  const { body: text, contentType } = message(
    `vonage.voice.${event.status}`, event.uuid, event.timestamp, event, body,
  );
  await context.env.EVENTS.send(text, { contentType });
  return context.body(null, 200);
});

export default app;
