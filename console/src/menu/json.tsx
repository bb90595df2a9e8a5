/** The text itself, with what the check says about it. */
import { autocompletion, type CompletionContext, completionKeymap } from "@codemirror/autocomplete";
import {
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
  redo,
  standardKeymap,
  undo,
} from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { complete, type Finding, hover, type Names, placeOf } from "../rules";

export interface Editor {
  undo: () => void;
  redo: () => void;
  reveal: (pointer: string) => void;
}

/** A change that came from outside the editor: it is not told back. */
const outside = Annotation.define<boolean>();

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
]);

const theme = EditorView.theme({
  "&": {
    height: "100%",
    fontSize: "13px",
    color: "var(--text)",
    backgroundColor: "var(--surface)",
  },
  ".cm-content": {
    caretColor: "var(--text)",
    fontFamily: "ui-monospace, Menlo, Consolas, monospace",
  },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--quiet)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--tint) 50%, transparent)" },
  ".cm-content ::selection": { backgroundColor: "var(--tint)" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    maxWidth: "380px",
    font: "13px/1.5 Inter, system-ui, sans-serif",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--tint)",
    color: "var(--text)",
  },
  ".cm-tooltip.cm-tooltip-hover": { padding: "4px 8px" },
  ".cm-completionInfo": { padding: "4px 8px" },
});

export function JsonEditor({
  file,
  text,
  write,
  findings,
  names,
  locked,
  ref,
}: {
  file: string;
  text: string;
  write: (text: string) => void;
  findings: Finding[];
  names: Names;
  locked: boolean;
  ref?: Ref<Editor>;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ file, write, names });
  latest.current = { file, write, names };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once
  useEffect(() => {
    if (!host.current) return;
    // In a shadow root the editor's styles are adopted, which the Content-Security-Policy allows.
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: text,
        extensions: [
          lineNumbers(),
          history(),
          indentOnInput(),
          bracketMatching(),
          highlightActiveLine(),
          json(),
          syntaxHighlighting(colours),
          autocompletion({ override: [completions] }),
          hoverTooltip(explain),
          keymap.of([...completionKeymap, ...historyKeymap, ...standardKeymap, indentWithTab]),
          EditorView.contentAttributes.of({ "aria-label": "The menu as JSON", tabindex: "0" }),
          EditorView.lineWrapping,
          EditorState.readOnly.of(locked),
          theme,
          EditorView.updateListener.of((update) => {
            const told = update.transactions.some((one) => one.annotation(outside));
            if (update.docChanged && !told) latest.current.write(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);

  function completions(context: CompletionContext) {
    const { file, names } = latest.current;
    const found = complete(file, context.state.doc.toString(), context.pos, names);
    if (!found || found.options.length === 0) return null;
    if (!context.explicit && found.from === found.to) return null;
    return {
      from: found.from,
      to: found.to,
      options: found.options.map((option) => ({
        label: option.insert,
        displayLabel: option.label,
        info: option.detail || undefined,
        apply: option.insert,
      })),
    };
  }

  function explain(editor: EditorView, at: number) {
    const found = hover(latest.current.file, editor.state.doc.toString(), at);
    if (!found) return null;
    return {
      pos: found.from,
      end: found.to,
      create: () => {
        const dom = document.createElement("div");
        dom.textContent = found.text;
        return { dom };
      },
    };
  }

  // A form's change is a change of the text, and can be undone as one.
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const before = editor.state.doc.toString();
    if (before === text) return;
    let from = 0;
    while (from < before.length && from < text.length && before[from] === text[from]) from += 1;
    let end = 0;
    const most = Math.min(before.length, text.length) - from;
    while (end < most && before[before.length - 1 - end] === text[text.length - 1 - end]) end += 1;
    const insert = text.slice(from, text.length - end);
    const annotations: Annotation<unknown>[] = [outside.of(true)];
    // A field is undone as it was typed; what takes lines of its own (a step, a choice) alone.
    if (insert.includes("\n")) annotations.push(isolateHistory.of("full"));
    editor.dispatch({ changes: { from, to: before.length - end, insert }, annotations });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() !== text) return;
    const length = editor.state.doc.length;
    const diagnostics: Diagnostic[] = findings.map((finding) => {
      const from = Math.min(finding.at, length);
      const line = editor.state.doc.lineAt(from);
      const word = /^("(?:[^"\\]|\\.)*"|[\w.+-]+|.)/.exec(line.text.slice(from - line.from));
      return {
        from,
        to: Math.min(from + (word?.[0].length ?? 1), length),
        severity: finding.error ? "error" : "warning",
        message: finding.help ? `${finding.message}\n${finding.help}` : finding.message,
      };
    });
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [findings, text]);

  useImperativeHandle(ref, () => ({
    undo: () => void (view.current && undo(view.current)),
    redo: () => void (view.current && redo(view.current)),
    reveal: (pointer) => {
      const editor = view.current;
      if (!editor) return;
      const at = placeOf(editor.state.doc.toString(), pointer);
      editor.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: "center" }),
      });
      editor.focus();
    },
  }));

  return <div ref={host} className="json" />;
}
