// Graphviz itself reads what `ivr graph --format dot` writes, and sees each node and each way.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { drawable, ivr, root } from "./ivr.mjs";

const graphviz = await Graphviz.load();

for (const path of drawable()) {
  test(`Graphviz draws ${path}`, () => {
    const { nodes } = JSON.parse(readFileSync(join(root, path), "utf8"));
    // As it is drawn, not as it is written: labels have escapes of their own.
    const drawing = graphviz.layout(ivr("graph", join(root, path), "--format", "dot"), "svg", "dot");
    const drawn = [...drawing.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => decoded(text));
    // Each node of the menu is one of the drawing, whatever else is drawn beside them.
    for (const id of Object.keys(nodes)) {
      const labels = drawn.filter((label) => label.startsWith(`${id} · `));
      assert.equal(labels.length, 1, `${id} among ${drawn}`);
    }
    assert.ok(drawing.match(/class="edge"/g).length >= Object.keys(nodes).length - 1);
    if (path.includes("awkward")) {
      for (const label of ["edge · say: \\N \\G \\l", "strict · say: ' &amp; &#35; #35;"]) {
        assert.ok(drawn.includes(label), `${label} among ${drawn}`);
      }
    }
  });
}

/** Text of SVG. */
const decoded = (text) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");

test("Graphviz refuses what is no graph", () => {
  assert.throws(() => graphviz.layout("digraph { a -> ", "json", "dot"));
});
