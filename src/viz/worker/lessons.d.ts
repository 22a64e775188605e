/** The shipped lessons and scenarios, read while the page is built; see tools/lessons-plugin.ts. */
declare module 'virtual:lessons' {
  /** Each with a way to what it holds, which is a file of its own. */
  const shelf: readonly {
    readonly entry: import('./protocol.ts').LibraryEntry;
    readonly load: () => Promise<{readonly default: import('./protocol.ts').LibraryItem}>;
  }[];
  export default shelf;
}
