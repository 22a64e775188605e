/** The one generator of the library that we use, without the others: the page would have to fetch them. */
declare module 'seedrandom/lib/alea.js' {
  import type {alea} from 'seedrandom';

  const generator: typeof alea;
  export default generator;
}
