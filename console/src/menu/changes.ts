/** The pages about the changes of a menu, one chunk. */
export { default as PublishPage } from "./publish";
export { default as VersionsPage } from "./versions";
