const SVG = 'http://www.w3.org/2000/svg';
const written = new WeakMap<Element, Map<string, string>>();

/** Sets an attribute, or removes it for null, unless it is so already: most of a picture stays as it was. */
export function attr(element: Element, name: string, value: string | number | null): void {
  let known = written.get(element);
  if (known === undefined) {
    known = new Map();
    written.set(element, known);
  }
  const text = value === null ? '\u0000' : typeof value === 'number' ? short(value) : value;
  if (known.get(name) === text) return;
  known.set(name, text);
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
}

export function label(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function child<K extends keyof SVGElementTagNameMap>(
  parent: Element,
  tag: K,
  className = '',
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  if (className !== '') element.setAttribute('class', className);
  parent.append(element);
  return element;
}

/** A tenth of a pixel is as fine as an eye sees. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}
