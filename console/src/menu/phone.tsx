/** A telephone: the call is the engine's, played again from its beginning with what was done so far. */
import { useEffect, useMemo, useRef, useState } from "react";
import { canSpeak, hush, plain, speak } from "../parts/speak";
import { setAt } from "../rules";
import type { Calls, Move, Played, ScriptRun } from "./calls";
import { TestList } from "./tests";
import type { Work } from "./work";

interface Step {
  press?: string;
  say?: string;
  silent?: true;
  transfer?: string | { answered: number };
  message?: number;
  stay?: number;
  hang_up?: true;
}

const LETTERS: Record<string, string> = {
  "2": "ABC",
  "3": "DEF",
  "4": "GHI",
  "5": "JKL",
  "6": "MNO",
  "7": "PQRS",
  "8": "TUV",
  "9": "WXYZ",
};
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

const OUTCOMES: { label: string; transfer: NonNullable<Step["transfer"]> }[] = [
  { label: "They answer", transfer: { answered: 30 } },
  { label: "Busy", transfer: "busy" },
  { label: "Nobody answers", transfer: "no_answer" },
  { label: "They decline", transfer: "rejected" },
  { label: "Not reachable", transfer: "failed" },
  { label: "A machine answers", transfer: "machine" },
];

export interface PhoneState {
  path: Move[];
  here: string | null;
}

/** Whether the caller is on a list; empty: as the list says. */
type Listed = "" | "on" | "off";

interface World {
  caller: string;
  called: string;
  /** By the clock of this computer; empty: now. */
  clock: string;
  lists: Record<string, Listed>;
  /** JSON; empty: look-ups fail. */
  lookups: string;
}

const NOBODY_IN_PARTICULAR: World = {
  caller: "447700900001",
  called: "442079460000",
  clock: "",
  lists: {},
  lookups: "",
};

/** The world of a call as call scripts have it. */
function written(world: World, begun: string): Record<string, unknown> {
  const given: Record<string, unknown> = {
    caller: world.caller.trim() === "" ? null : world.caller.trim(),
    called: world.called.trim(),
    clock: world.clock ? new Date(world.clock).toISOString() : begun,
    // Shares and turns are decided by it: a test made of this call goes the same way.
    conversation: `CON-${begun}`,
  };
  const lists = Object.entries(world.lists).filter(([, listed]) => listed !== "");
  if (lists.length > 0) {
    given.lists = Object.fromEntries(
      lists.map(([list, listed]) => [list, listed === "on" ? [world.caller.trim()] : []]),
    );
  }
  if (world.lookups.trim()) {
    try {
      given.lookups = [{ body: JSON.parse(world.lookups) as unknown }];
    } catch {
      given.lookups = [{ fails: true }];
    }
  }
  return given;
}

export function PhonePanel({
  work,
  calls,
  run,
  tell,
}: {
  work: Work;
  calls: Calls;
  /** What came of the tests of the menu. */
  run: ScriptRun | null;
  tell: (state: PhoneState) => void;
}) {
  const { id, file, checked } = work;
  const [steps, setSteps] = useState<Step[] | null>(null);
  const [keys, setKeys] = useState("");
  const [aloud, setAloud] = useState(false);
  const [words, setWords] = useState("");
  const [given, setGiven] = useState<World>(NOBODY_IN_PARTICULAR);
  /** When this call began: played again, it begins at the same moment. */
  const [begun, setBegun] = useState("");
  const [name, setName] = useState("");
  const [kept, setKept] = useState("");
  const spoken = useRef(0);
  const end = useRef<HTMLDivElement>(null);

  const world = useMemo(() => JSON.stringify(written(given, begun)), [given, begun]);

  const call = useMemo<{ played: Played | null; wrong: string | null }>(() => {
    if (steps === null) return { played: null, wrong: null };
    try {
      calls.put(file, checked);
      return {
        played: calls.play(id, world, JSON.stringify(steps), begun, begun),
        wrong: null,
      };
    } catch (error) {
      return { played: null, wrong: (error as Error).message };
    }
  }, [steps, world, begun, calls, id, file, checked]);
  const { played, wrong } = call;

  useEffect(() => {
    tell({
      path: played?.path ?? [],
      here: played?.node?.includes("/") ? null : (played?.node ?? null),
    });
  }, [played, tell]);
  useEffect(() => () => tell({ path: [], here: null }), [tell]);

  useEffect(() => {
    const lines = played?.lines ?? [];
    if (aloud && lines.length > spoken.current) {
      const fresh = lines.slice(spoken.current).filter((line) => line.side === "menu");
      if (fresh.length > 0) speak(fresh.map((line) => line.text).join(". "));
    }
    spoken.current = lines.length;
    end.current?.scrollIntoView({ block: "nearest" });
  }, [played, aloud]);

  function act(step: Step) {
    hush();
    setKeys("");
    setSteps([...(steps ?? []), step]);
  }

  function keep() {
    if (!steps || !played) return;
    // Where the caller is when the menu waits, step by step: what the test holds the menu to.
    const told = steps.map((step, at) => {
      const sofar = JSON.stringify(steps.slice(0, at));
      const before = calls.play(id, world, sofar, begun, begun);
      return before.node ? { at: before.node, ...step } : step;
    });
    const made = {
      name: name.trim(),
      given: JSON.parse(world) as unknown,
      steps: told,
      end: played.outcome ? { outcome: played.outcome.replaceAll(" ", "_") } : { at: played.node },
    };
    try {
      const tests = work.tests ?? '{\n  "cases": []\n}\n';
      work.writeTests(setAt(tests, "/cases/-", JSON.stringify(made)));
      setKept(`“${made.name}” is kept as a test.`);
      setName("");
    } catch (error) {
      setKept((error as Error).message);
    }
  }

  const asks = played?.asks;
  const lists = work.library.documents.filter((one) => one.kind === "lists").map((one) => one.id);

  return (
    <div className="phone">
      <details className="world">
        <summary>
          Who calls, and when <span className="quiet num">{given.caller || "withheld"}</span>
        </summary>
        <label>
          Caller’s number <span className="quiet">(empty: withheld)</span>
          <input
            value={given.caller}
            onChange={({ target }) => setGiven({ ...given, caller: target.value })}
          />
        </label>
        <label>
          Number called
          <input
            value={given.called}
            onChange={({ target }) => setGiven({ ...given, called: target.value })}
          />
        </label>
        <label>
          When <span className="quiet">(by this computer’s clock; empty: now)</span>
          <input
            type="datetime-local"
            value={given.clock}
            onChange={({ target }) => setGiven({ ...given, clock: target.value })}
          />
        </label>
        {lists.map((list) => (
          <label key={list}>
            On the list {list}
            <select
              value={given.lists[list] ?? ""}
              onChange={({ target }) =>
                setGiven({ ...given, lists: { ...given.lists, [list]: target.value as Listed } })
              }
            >
              <option value="">As the list says</option>
              <option value="on">The caller is on it</option>
              <option value="off">The caller is not on it</option>
            </select>
          </label>
        ))}
        <label>
          What look-ups are answered <span className="quiet">(JSON; empty: they fail)</span>
          <textarea
            rows={2}
            className="mono"
            value={given.lookups}
            onChange={({ target }) => setGiven({ ...given, lookups: target.value })}
          />
        </label>
      </details>

      <div className="display">
        <span>
          {steps === null ? "Ready" : played?.outcome ? `Over: ${played.outcome}` : "In a call"}
        </span>
        <span className="num">{played ? `${Math.round(played.seconds)} s` : ""}</span>
      </div>

      {wrong && (
        <p className="bad" role="alert">
          {wrong}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div className="talk" role="log" aria-label="What is heard and done" tabIndex={0}>
        {steps === null && (
          <p className="quiet">Call the menu as it is written here; nothing leaves this page.</p>
        )}
        {played?.lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place
          <p key={at} className={`line-${line.side}`}>
            <span className="sr">
              {{ menu: "Heard: ", caller: "Caller ", line: "", fault: "Fault: " }[line.side]}
            </span>
            {plain(line.text)}
          </p>
        ))}
        {asks && <p className="quiet waits">{asks.says}</p>}
        <div ref={end} />
      </div>

      <div className="buttons">
        {steps === null ? (
          <button
            type="button"
            className="primary big"
            onClick={() => {
              spoken.current = 0;
              setBegun(new Date().toISOString());
              setSteps([]);
              setKept("");
            }}
          >
            Call
          </button>
        ) : (
          <>
            <button
              type="button"
              disabled={!asks}
              onClick={() => act({ hang_up: true })}
              className="danger"
            >
              Hang up
            </button>
            <button
              type="button"
              disabled={steps.length === 0}
              onClick={() => setSteps(steps.slice(0, -1))}
            >
              One step back
            </button>
            <button
              type="button"
              onClick={() => {
                hush();
                setSteps(null);
                setKept("");
              }}
            >
              New call
            </button>
          </>
        )}
        {canSpeak() && (
          <label className="tick">
            <input
              type="checkbox"
              checked={aloud}
              onChange={({ target }) => setAloud(target.checked)}
            />
            Aloud
          </label>
        )}
      </div>

      {asks && asks.keys > 0 && (
        <div className="keypad">
          {KEYS.map((key) => {
            const label = asks.choices.find((choice) => choice.keys === key)?.label;
            return (
              <button
                type="button"
                key={key}
                aria-label={label ? `${key}, ${label}` : key}
                onClick={() => (asks.keys > 1 ? setKeys(keys + key) : act({ press: key }))}
              >
                <strong>{key}</strong>
                <small>{label || LETTERS[key] || "\u00a0"}</small>
              </button>
            );
          })}
          {keys !== "" && (
            <div className="typed">
              <output className="num">{keys}</output>
              <button type="button" className="primary" onClick={() => act({ press: keys })}>
                Send {keys}
              </button>
            </div>
          )}
        </div>
      )}
      {asks?.speech && (
        <form
          className="line"
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim()) act({ say: words.trim() });
            setWords("");
          }}
        >
          <input
            aria-label="What the caller says"
            list="words"
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
          <datalist id="words">
            {asks.words.map((word) => (
              <option key={word} value={word} />
            ))}
          </datalist>
          <button type="submit">Say</button>
        </form>
      )}
      {(asks?.kind === "input" || asks?.kind === "record") && (
        <div className="buttons">
          <button type="button" onClick={() => act({ silent: true })}>
            Stay silent
          </button>
          {asks.kind === "record" && (
            <button type="button" onClick={() => act({ message: 8 })}>
              Leave 8 s of message
            </button>
          )}
        </div>
      )}
      {asks?.kind === "connect" && (
        <fieldset className="buttons outcomes">
          <legend className="sr">What becomes of the call to {asks.to}</legend>
          {OUTCOMES.map(({ label, transfer }) => (
            <button type="button" key={label} onClick={() => act({ transfer })}>
              {label}
            </button>
          ))}
        </fieldset>
      )}
      {asks?.kind === "hold" && (
        <div className="buttons">
          <button type="button" onClick={() => act({ stay: 30 })}>
            Stay for 30 s
          </button>
        </div>
      )}

      {steps !== null && steps.length > 0 && (
        <form
          className="line keep"
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <input
            aria-label="What this call shows, as a sentence"
            placeholder="What this call shows"
            required
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
          <button type="submit">Make this a test</button>
        </form>
      )}
      <p role="status" className="quiet">
        {kept}
      </p>
      <TestList work={work} run={run} />
    </div>
  );
}
