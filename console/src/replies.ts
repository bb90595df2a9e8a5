/** What the Worker replies. Written by `scripts/conformance --write` from docs/openapi.json. */

export interface components {
    schemas: {
        /** @description Why a change was refused: somebody else made one first. */
        Conflict: {
            /** @description What is there now: the version in force, or when the draft was saved. Null when nothing is there, or what is no JSON. */
            current: string | null;
            /** @description What to do. */
            detail: string;
            /** @description The HTTP status, 412. */
            status: number;
            /** @description What is wrong, in a few words. */
            title: string;
        };
        /** @description A draft that was saved. */
        Draft: {
            /** @description The version it began from. */
            base: string | null;
            /** @description Who saved it. */
            by: string;
            /** @description The menu it is of. */
            menu: string;
            /** @description When it was saved. In quotes, this is its entity tag. */
            saved: components["schemas"]["Time"];
            /** @description The text of the menu. */
            text: string;
        };
        /**
         * Format: date-time
         * @description A point in time: RFC 3339, UTC.
         */
        Time: string;
        /** @description Every document in force. */
        Folder: {
            /** @description The documents. */
            documents: components["schemas"]["StoredDocument"][];
        };
        /** @description One document in force, as it was written. */
        StoredDocument: {
            /** @description The file it would lie in. */
            file: string;
            /** @description Its id. */
            id: string;
            /** @description Its kind. */
            kind: components["schemas"]["DocumentKind"];
            /** @description As it was written. */
            text: string;
            /** @description The version in force; null when the text is no JSON. */
            version: components["schemas"]["Version"] | null;
        };
        /**
         * @description A kind of document, named in the plural as in paths.
         *
         *     * `menus`: A menu.
         *     * `calendars`: A calendar.
         *     * `lists`: A list of callers.
         *     * `numbers`: The entry of a number, or the one of all other numbers.
         * @enum {string}
         */
        DocumentKind: "menus" | "calendars" | "lists" | "numbers";
        /** @description The SHA-256 of a document's canonical JSON, in hex. */
        Version: string;
        /** @description Who asks, and what they may do. */
        Me: {
            /** @description May set and remove the override of a calendar. */
            emergency: boolean;
            /** @description When the session ends. */
            expires: components["schemas"]["Time"] | null;
            /** @description May hear recordings, read transcripts and see whole numbers. */
            listen: boolean;
            /** @description How they show who they are. */
            means: components["schemas"]["Means"];
            /** @description The role. */
            role: components["schemas"]["Role"];
            /** @description Where a browser signs out. */
            sign_out: string | null;
            /** @description An e-mail address, the name of a service token, or `admin_token`. */
            who: string;
        };
        /**
         * @description How an operator shows who they are.
         *
         *     * `token`: By bearer token.
         *     * `session`: By the cookie that signing in gives.
         *     * `access`: Through Cloudflare Access.
         * @enum {string}
         */
        Means: "token" | "session" | "access";
        /**
         * @description What an operator is, each with what the ones before may do.
         *
         *     * `viewer`: Looks: menus, figures, calls without whole numbers.
         *     * `editor`: And writes drafts and tests, and closes in an emergency.
         *     * `publisher`: And puts in force: menus, numbers, calendars, lists, calls, replays, erasures.
         * @enum {string}
         */
        Role: "viewer" | "editor" | "publisher";
        /** @description The versions of a menu. */
        MenuVersions: {
            /** @description Its id. */
            menu: string;
            /** @description Newest first. */
            versions: components["schemas"]["PublishedVersion"][];
        };
        /** @description A version a document has had. */
        PublishedVersion: {
            /** @description Who put it in force. */
            by: string | null;
            /** @description Whether it is in force. */
            current: boolean;
            /** @description What whoever put it in force says about it. */
            message: string | null;
            /** @description When it was put in force; null when it was written to storage past this API. */
            published: components["schemas"]["Time"] | null;
            /** @description Which. */
            version: components["schemas"]["Version"];
        };
        /** @description Why a request was refused: problem details of RFC 9457. */
        Problem: {
            /** @description What to do. */
            detail: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong, in a few words. */
            title: string;
        };
        /** @description Why a document was refused: the check found errors. */
        Refusal: {
            /** @description What to do. */
            detail: string;
            /** @description What the check found. */
            findings: components["schemas"]["Finding"][];
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong, in a few words. */
            title: string;
        };
        /** @description One thing that is wrong with a document. */
        Finding: {
            /** @description Which finding it is: `ivr explain` tells of each. */
            code: string;
            /** @description The column in characters, from 1 on. */
            column: number;
            /** @description The file. */
            file: string;
            /** @description How to put it right, when there is more to say than the message does. */
            help: string | null;
            /** @description The line, from 1 on. */
            line: number;
            /** @description What is wrong, and what was expected. */
            message: string;
            /** @description For a trap: the keys and events that lead a caller there. */
            path: string[];
            /** @description The JSON pointer of the place; empty for the whole document. */
            pointer: string;
            /** @description How much it matters. */
            severity: components["schemas"]["Severity"];
        };
        /**
         * @description How much a finding matters.
         *
         *     * `error`: The document cannot be put in force.
         *     * `warning`: It can, and somebody should look at it.
         * @enum {string}
         */
        Severity: "error" | "warning";
        /** @description How each place stands, and which menu each number gets. */
        Today: {
            /** @description The places: one for each calendar. */
            calendars: components["schemas"]["Place"][];
            /** @description The Worker's clock. */
            now: components["schemas"]["Time"];
            /** @description The numbers. */
            numbers: components["schemas"]["TodayNumber"][];
        };
        /** @description A place: what a calendar says, and who goes by it. */
        Place: {
            /** @description The calendar's id. */
            id: string;
            /** @description The menus that go by it. */
            menus: string[];
            /** @description The calendar's note. */
            note: string | null;
            /** @description How it stands; null when the calendar cannot be read. */
            outlook: components["schemas"]["Outlook"] | null;
            /** @description The version in force; null when the calendar is no JSON. */
            version: components["schemas"]["Version"] | null;
        };
        /** @description How a place stands at an instant, in the words and by the clock of its people. */
        Outlook: {
            /** @description Until when it may be closed or opened against its hours: the likely ones. */
            choices: components["schemas"]["Until"][];
            /** @description The name of the day, when it is a holiday. */
            holiday?: string;
            /** @description Its clock, now. */
            now: string;
            /** @description Whether callers are told it is open. */
            open: boolean;
            /** @description Somebody has said so: the hours are another matter. */
            overridden: boolean;
            /** @description What callers hear while somebody's word holds. */
            prompt: string;
            /** @description `Open until Fri 27 Nov, 17:30`: state and end in one sentence. */
            says: string;
            /** @description Every half hour of the day that follows. */
            times: components["schemas"]["Until"][];
            /** @description The time zone of its clock. */
            timezone: string;
        };
        /** @description An end of an override. */
        Until: {
            /** @description By the place's clock. */
            label: string;
            /** @description RFC 3339; absent for one without an end. */
            until?: string;
        };
        /** @description What a number gets. */
        TodayNumber: {
            /** @description The menu's id. */
            menu: string | null;
            /** @description Its E.164 digits, or `default`. */
            number: string;
            /** @description The menu's title. */
            title: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Conflict = components['schemas']['Conflict'];
export type Draft = components['schemas']['Draft'];
export type Time = components['schemas']['Time'];
export type Folder = components['schemas']['Folder'];
export type StoredDocument = components['schemas']['StoredDocument'];
export type DocumentKind = components['schemas']['DocumentKind'];
export type Version = components['schemas']['Version'];
export type Me = components['schemas']['Me'];
export type Means = components['schemas']['Means'];
export type Role = components['schemas']['Role'];
export type MenuVersions = components['schemas']['MenuVersions'];
export type PublishedVersion = components['schemas']['PublishedVersion'];
export type Problem = components['schemas']['Problem'];
export type Refusal = components['schemas']['Refusal'];
export type Finding = components['schemas']['Finding'];
export type Severity = components['schemas']['Severity'];
export type Today = components['schemas']['Today'];
export type Place = components['schemas']['Place'];
export type Outlook = components['schemas']['Outlook'];
export type Until = components['schemas']['Until'];
export type TodayNumber = components['schemas']['TodayNumber'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
