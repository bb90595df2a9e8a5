/** The form of a step, or of the menu itself. Every field comes from the description of documents. */
import { useState } from "react";
import { removeAt, renameNode } from "../rules";
import { Field } from "./fields/field";
import type { Form } from "./fields/form";
import { Members } from "./fields/members";
import { Rename } from "./fields/rename";
import { blank, definition, KINDS, kindOption, kindSays } from "./schema";
import { freeName, NAME, pointer, put, type Work } from "./work";

export function NodeForm({
  work,
  node,
  choose,
  locked,
}: {
  work: Work;
  node: string | null;
  choose: (node: string | null) => void;
  locked: boolean;
}) {
  const [wanted, setWanted] = useState<string | null>(null);
  if (!work.json) {
    return (
      <p className="panel-note bad">
        The text is not JSON at the moment. Correct it under JSON, or undo.
      </p>
    );
  }
  const nodes = (work.json.nodes ?? {}) as Record<string, Record<string, unknown>>;
  const names = (kind: string) =>
    work.library.documents.filter((one) => one.kind === kind).map((one) => one.id);
  const form: Form = {
    nodes: Object.keys(nodes),
    menus: names("menus").filter((menu) => menu !== work.id),
    calendars: names("calendars"),
    lists: names("lists"),
    findings: work.findings,
    locked,
    change: work.change,
    addNode: setWanted,
  };

  if (wanted !== null) {
    return (
      <NewStep
        free={(kind) => freeName(work.json, kind)}
        taken={form.nodes}
        cancel={() => setWanted(null)}
        make={(name, kind) => {
          const why = work.change((text) => {
            const made = blankNode(kind);
            const added = put(pointer("nodes", name), made)(text);
            return wanted === "" ? added : put(wanted, name)(added);
          });
          if (why === null) {
            setWanted(null);
            choose(name);
          }
          return why;
        }}
      />
    );
  }

  const value = node === null ? undefined : nodes[node];
  if (node === null || value === undefined) {
    return (
      <div className="form">
        <div className="panel-head">
          <h2>The menu itself</h2>
          <button type="button" disabled={locked} onClick={() => setWanted("")}>
            Add a step
          </button>
        </div>
        <p className="quiet">Choose a step in the picture or the outline to change it.</p>
        <Members
          form={form}
          schema={definition("menu")}
          at=""
          value={work.json}
          leave={["nodes", "start"]}
        />
        <div className="field">
          <label htmlFor="start">Calls begin at</label>
          <select
            id="start"
            disabled={locked}
            value={String(work.json.start ?? "")}
            onChange={({ target }) => work.change(put("/start", target.value))}
          >
            {form.nodes.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
      </div>
    );
  }

  const kind = String(value.kind ?? "");
  const at = pointer("nodes", node);
  return (
    <div className="form">
      <div className="panel-head">
        <h2>
          <span className="sr">Step </span>
          <Rename
            label="Name of this step"
            value={node}
            locked={locked}
            rename={(next) => {
              if (!NAME.test(next)) return "A name has letters, digits, - and _; 40 at most.";
              const why = work.change((text) => renameNode(text, node, next));
              if (why === null) choose(next);
              return why;
            }}
          />
        </h2>
        <button type="button" className="plain" onClick={() => choose(null)}>
          Close
        </button>
      </div>
      <p className="quiet">{kindSays(kind)}</p>
      {!KINDS.includes(kind) && (
        <Field
          form={form}
          schema={{ enum: KINDS }}
          at={`${at}/kind`}
          name="kind"
          value={kind}
          required
        />
      )}
      <Members
        key={node}
        form={form}
        schema={definition(`node_${kind}`)}
        at={at}
        value={value}
        leave={["kind"]}
      />
      <div className="buttons end">
        <button
          type="button"
          disabled={locked}
          onClick={() => {
            if (work.change((text) => removeAt(text, at)) === null) choose(null);
          }}
        >
          Remove this step
        </button>
      </div>
    </div>
  );
}

/** A step to begin with: what it must have, and words to replace. */
function blankNode(kind: string): Record<string, unknown> {
  const schema = definition(`node_${kind}`);
  const made: Record<string, unknown> = { kind };
  for (const field of schema.required ?? []) {
    const one = schema.properties?.[field];
    if (field !== "kind" && one) made[field] = blank(one);
  }
  if (kind === "menu") {
    made.prompt = "Press 1.";
    made.choices = { "1": "@hangup" };
    made.no_input = { then: "@hangup" };
    made.no_match = { then: "@hangup" };
  } else if (kind === "connect") {
    made.otherwise = "@hangup";
  } else if (kind === "say" || kind === "voicemail") {
    made.prompt =
      kind === "say" ? "Thank you for calling." : "Please leave a message after the tone.";
  } else if (kind === "wait") {
    made.seconds = 5;
  }
  return made;
}

function NewStep({
  free,
  taken,
  make,
  cancel,
}: {
  /** A name for a step that was given none. */
  free: (kind: string) => string;
  taken: string[];
  make: (name: string, kind: string) => string | null;
  cancel: () => void;
}) {
  const [kind, setKind] = useState("say");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        // Blanks between words are what a name cannot have and people write.
        const wanted = name.trim().replace(/\s+/g, "_");
        if (taken.includes(wanted))
          setWrong(`There is a step ${wanted} already. Take another name.`);
        else if (wanted !== "" && !NAME.test(wanted))
          setWrong("A name has letters, digits, - and _; 40 at most.");
        else setWrong(make(wanted || free(kind), kind));
      }}
    >
      <h2>A new step</h2>
      <div className="field">
        <label htmlFor="new-kind">What it does</label>
        <select id="new-kind" value={kind} onChange={({ target }) => setKind(target.value)}>
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {kindOption(one)}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor="new-name">
          Its name <span className="quiet">optional</span>
        </label>
        <input
          id="new-name"
          placeholder={free(kind)}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <p className="bad" role="alert">
        {wrong}
      </p>
      <div className="buttons">
        <button type="submit" className="primary">
          Add the step
        </button>
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
