/**
 * The UTF-16 units of texts, for loops that every frame and every record goes through. An engine keeps texts in a dozen forms (whole,
 * joined, cut out of another, known by name, of one or two bytes a unit). Where more than four of them have come by, V8 looks up
 * `text.length` and `text.charCodeAt` anew each time, by name, in more than a hundred instructions; a sixth of a sweep went there. Here
 * it knows that it has a string and which function is meant.
 */

const {charCodeAt} = String.prototype;

/** `text.length`. */
export function unitCount(text: string): number {
  return ('' + text).length;
}

/** `text.charCodeAt(index)`: NaN behind the end. */
export function unitAt(text: string, index: number): number {
  return charCodeAt.call(text, index);
}
