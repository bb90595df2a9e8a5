/** The form that makes a document and goes to it. */
import { type ReactNode, useId, useState } from "react";
import { useLocation } from "wouter";
import { useAct } from "../parts/act";
import { Refusal } from "../parts/refusal";

export function NewDocument({
  title,
  note = "letters, digits, - and _",
  forbidden,
  submit = "Make it",
  create,
  children,
  help,
}: {
  title: string;
  note?: string;
  /** Why one may not. */
  forbidden: string | null;
  submit?: string;
  /** Makes it and gives the page to go to. */
  create: (id: string) => Promise<string>;
  /** What else it needs. */
  children?: ReactNode;
  help?: string;
}) {
  const [, go] = useLocation();
  const [id, setId] = useState("");
  const { wrong, busy, act } = useAct();
  const field = useId();
  const label = (
    <>
      Its short name <span className="quiet">({note})</span>
    </>
  );
  const input = (
    <input
      id={field}
      required
      pattern="[A-Za-z0-9_\-]{1,40}"
      value={id}
      onChange={({ target }) => setId(target.value)}
    />
  );
  const button = (
    <button type="submit" disabled={busy}>
      {submit}
    </button>
  );
  return (
    <form
      className="sheet"
      onSubmit={(event) => {
        event.preventDefault();
        void act(async () => go(await create(id)));
      }}
    >
      <h2>{title}</h2>
      {forbidden && <p className="quiet">{forbidden}</p>}
      {!forbidden && !children && (
        <>
          <label htmlFor={field}>{label}</label>
          <div className="line">
            {input}
            {button}
          </div>
        </>
      )}
      {!forbidden && children && (
        <>
          <div className="two">
            <label htmlFor={field}>
              {label}
              {input}
            </label>
            {children}
          </div>
          <div className="buttons">{button}</div>
        </>
      )}
      {!forbidden && help && <p className="quiet">{help}</p>}
      {wrong && <Refusal error={wrong} />}
    </form>
  );
}
