/** One menu being worked on: its text is the only state, everything else is read from it. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { document, type Finding, type Library, type Picture, setAt, version } from "../rules";
import { type Draft, dropDraft, type Kept, keepDraft, keepTests } from "./drafts";

export interface Work {
  id: string;
  file: string;
  library: Library;
  text: string;
  /** The text in force; nothing for a menu nobody published. */
  live: string | null;
  liveVersion: string | null;
  base: string | null;
  kept: Kept | null;
  tests: string | null;
  changed: boolean;
  /** The document, when the text is JSON. */
  json: Record<string, unknown> | null;
  /** The text that was checked last, and what is wrong with it. */
  checked: string;
  findings: Finding[];
  /** The last text that could be drawn, drawn. */
  picture: Picture | null;
  /** Why the text of now cannot be drawn. */
  undrawn: string | null;
  /** A change by hand or by form. */
  write: (text: string) => void;
  writeTests: (tests: string) => void;
  /** A form's change: one place of the text. Gives the reason when it cannot be made. */
  change: (edit: (text: string) => string) => string | null;
  discard: () => void;
  /** Goes on with another text: what it began from, and the draft for others it is. */
  adopt: (text: string, base: string | null, kept: Kept | null) => void;
  /** Says which draft for others the text is, or that it is none. */
  link: (kept: Kept | null) => void;
}

/** Milliseconds without a change after which the check runs and the draft is kept. */
const PAUSE_MS = 120;

export function useWork(
  library: Library,
  id: string,
  draft: Draft | null,
  keptTests: string | null,
): Work {
  const stored = document(library, "menus", id);
  const live = stored?.text ?? null;
  const liveVersion = stored?.version ?? null;
  const [text, setText] = useState(draft?.text ?? live ?? "");
  const [tests, setTests] = useState(keptTests);
  const [{ base, kept }, setOrigin] = useState({
    base: draft ? draft.base : liveVersion,
    kept: draft?.kept ?? null,
  });
  const latest = useRef(text);
  latest.current = text;
  const file = `${id}.json`;
  const [seen, setSeen] = useState(() => {
    const opened = look(library, file, id, text, null);
    if (opened.picture || live === null) return opened;
    // A draft that cannot be drawn is opened beside the picture of what callers hear.
    const { picture } = look(library, file, id, live, null);
    return look(library, file, id, text, picture);
  });

  useEffect(() => {
    const timer = setTimeout(() => {
      setSeen((before) => look(library, file, id, text, before.picture));
      void (text === live ? dropDraft(id) : keepDraft({ menu: id, text, base, kept }));
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [library, file, id, text, live, base, kept]);

  const change = useCallback((edit: (text: string) => string) => {
    try {
      const changed = edit(latest.current);
      latest.current = changed;
      setText(changed);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  }, []);

  const json = useMemo(() => {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === "object" && value !== null
        ? (value as Record<string, unknown>)
        : null;
    } catch {
      return null;
    }
  }, [text]);

  return {
    id,
    file,
    library,
    text,
    live,
    liveVersion,
    base,
    kept,
    tests,
    changed: live === null || version(text) !== liveVersion,
    json,
    checked: seen.text,
    findings: seen.findings,
    picture: seen.picture,
    undrawn: seen.undrawn,
    write: setText,
    writeTests: (text) => {
      setTests(text);
      void keepTests(id, text);
    },
    change,
    discard: () => {
      setText(live ?? "");
      setOrigin({ base: liveVersion, kept: null });
      void dropDraft(id);
    },
    adopt: (text, base, kept) => {
      setText(text);
      setOrigin({ base, kept });
    },
    link: (kept) => setOrigin((before) => ({ ...before, kept })),
  };
}

function look(library: Library, file: string, id: string, text: string, before: Picture | null) {
  library.folder.put(file, text);
  const findings = library.folder.check().all.filter((finding) => finding.file === file);
  try {
    return { text, findings, picture: library.folder.picture(id), undrawn: null };
  } catch (error) {
    return { text, findings, picture: before, undrawn: (error as Error).message };
  }
}

/** A pointer (RFC 6901) from its steps. */
export function pointer(...steps: (string | number)[]): string {
  return steps
    .map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`)
    .join("");
}

/** What a node may be called. */
export const NAME = /^[A-Za-z0-9_-]{1,40}$/;

/** A node's id that nobody has yet. */
export function freeName(json: Record<string, unknown> | null, wanted: string): string {
  const nodes = (json?.nodes ?? {}) as Record<string, unknown>;
  let name = wanted;
  for (let number = 2; name in nodes; number += 1) name = `${wanted}_${number}`;
  return name;
}

export function put(at: string, value: unknown): (text: string) => string {
  return (text) => setAt(text, at, JSON.stringify(value));
}
