// A preprocessor of mdBook: adds the pages that lie beside the code, and has links lead to them.
// Where one leads out of the book, its words stay.
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

// The page in the project, its name in the book, its title.
const PAGES = [
  ["crates/ivr/CODES.md", "findings.md", "Findings of the check"],
  ["crates/events/EVENTS.md", "event-types.md", "Types of events"],
  ["SECURITY.md", "security.md", "Security"],
];

if (process.argv[2] === "supports") process.exit(0);

const [, book] = JSON.parse(readFileSync(0, "utf8"));
// Called `items` since mdBook 0.5.
const items = book.items ?? book.sections;
for (const [file, path, name] of PAGES) {
  const content = readFileSync(file, "utf8");
  const chapter = { name, content, number: null, sub_items: [], path, source_path: path, parent_names: [] };
  items.push({ Chapter: chapter });
}

const pages = new Map(PAGES.map(([file, path]) => [file, path]));
/** Where a link of a page leads to in the book; undefined when that is outside. */
function inBook(target, from) {
  if (/^[a-z]+:|^#/.test(target)) return target;
  const [path, anchor] = target.split("#");
  const file = normalize(join(dirname(from), path));
  const name = pages.get(file) ?? (dirname(file) === "docs" ? file.slice("docs/".length) : undefined);
  return name && (anchor ? `${name}#${anchor}` : name);
}
/** The text with its links turned, outside of code. */
function linked(text, from) {
  let fenced = false;
  const lines = text.split("\n").map((line) => {
    if (line.startsWith("```")) fenced = !fenced;
    if (fenced) return line;
    return line.replace(/\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (link, words, target) => {
      const there = inBook(target, from);
      return there === undefined ? words : `[${words}](${there})`;
    });
  });
  return lines.join("\n");
}
function turn(chapters) {
  for (const { Chapter: chapter } of chapters) {
    if (!chapter) continue;
    const beside = PAGES.find(([, path]) => path === chapter.path);
    chapter.content = linked(chapter.content, beside ? beside[0] : join("docs", chapter.source_path));
    turn(chapter.sub_items);
  }
}
turn(items);
process.stdout.write(JSON.stringify(book));
