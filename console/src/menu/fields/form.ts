/** What a form works on, and what each of its fields is given. */
import type { ReactNode } from "react";
import type { Finding } from "../../rules";
import type { Schema } from "../schema";

export interface Form {
  nodes: string[];
  menus: string[];
  calendars: string[];
  lists: string[];
  findings: Finding[];
  locked: boolean;
  change: (edit: (text: string) => string) => string | null;
  /** Makes a node and gives its id. */
  addNode: (pointer: string) => void;
}

export interface FieldProps {
  form: Form;
  schema: Schema;
  at: string;
  name: string;
  value: unknown;
  required?: boolean;
  /** Its name and what it means are plain from what stands around it. */
  bare?: boolean;
}

/** What a field shows beside its name. */
export interface Widget {
  element: ReactNode;
  /** It has fields of its own. */
  nested?: boolean;
  /** What is wrong at its place is told by a field of its own. */
  tells?: boolean;
}

/** Writes the field, or takes it out. */
export type SetValue = (value: unknown) => void;

/** What every control of a field has. */
export interface About {
  id: string;
  disabled: boolean;
  "aria-describedby": string;
  "aria-invalid": boolean;
}
