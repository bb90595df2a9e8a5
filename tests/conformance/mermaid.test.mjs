// Mermaid itself reads what `ivr graph` writes. It wants a browser's document to clean labels with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { drawable, ivr, root } from "./ivr.mjs";

const { window } = new JSDOM("<!doctype html>");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");

for (const path of drawable()) {
  test(`Mermaid reads ${path}`, async () => {
    const text = ivr("graph", join(root, path));
    const { diagramType } = await mermaid.parse(text);
    assert.match(diagramType, /^flowchart/);
    const { nodes } = JSON.parse(readFileSync(join(root, path), "utf8"));
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const drawn = [...db.getVertices().values()].map((vertex) => vertex.text);
    for (const id of Object.keys(nodes)) {
      const labels = drawn.filter((label) => label.startsWith(`${id} · `));
      assert.equal(labels.length, 1, `${id} among ${drawn}`);
    }
    if (path.includes("awkward")) {
      // Mermaid keeps entities until it draws: `#38;` is an ampersand then.
      assert.ok(drawn.some((label) => label.startsWith("strict · say: ' ") && !label.includes("&amp;")), `${drawn}`);
    }
    assert.ok(db.getEdges().length >= Object.keys(nodes).length - 1);
  });
}

test("Mermaid refuses what is no graph", async () => {
  await assert.rejects(mermaid.parse("flowchart TD\n  a -->"));
});
