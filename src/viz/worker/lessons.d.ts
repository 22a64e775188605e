/** The shipped lessons and scenarios, read while the page is built; see tools/lessons-plugin.ts. */
declare module 'virtual:lessons' {
  const items: readonly import('./protocol.ts').LibraryItem[];
  export default items;
}
