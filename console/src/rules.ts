/** The engine in this page: one module of WebAssembly, read when the first page asks for it. */
import schema from "../../menus/menu.schema.json";
import { ask } from "./api";
import type { StoredDocument, Folder as StoredFolder } from "./replies";
import init, { Folder, useSchema } from "./rules/built/rules";
import { compileRules } from "./rules/compile";

export * from "./rules/built/rules";

let started: Promise<unknown> | null = null;

export function startRules(): Promise<unknown> {
  started ??= init({ module_or_path: compileRules() })
    .then(() => useSchema(JSON.stringify(schema)))
    .catch((error: unknown) => {
      started = null;
      throw error;
    });
  return started;
}

export interface Library {
  documents: StoredDocument[];
  folder: Folder;
}

/** The files of a folder: numbers, which the Worker keeps one by one, share a file there. */
export function filesOf(documents: StoredDocument[]): { name: string; text: string }[] {
  const files = documents
    .filter((document) => document.kind !== "numbers")
    .map(({ file, text }) => ({ name: file, text }));
  const numbers = documents.filter((document) => document.kind === "numbers");
  if (numbers.length > 0) {
    const entries = numbers.map(({ id, text }) => `${JSON.stringify(id)}: ${text}`);
    files.push({ name: "numbers.json", text: `{\n${entries.join(",\n")}\n}` });
  }
  return files;
}

export async function readLibrary(): Promise<Library> {
  const [reply] = await Promise.all([ask<StoredFolder>("folder"), startRules()]);
  const { documents } = reply.body;
  return { documents, folder: new Folder({ files: filesOf(documents) }) };
}

export function document(library: Library, kind: StoredDocument["kind"], id: string) {
  return library.documents.find((one) => one.kind === kind && one.id === id) ?? null;
}
