import type {LanesPalette} from './lanes-canvas.ts';

/** The theme's colours as an element has them, read again when the theme changes. */
export class LanesPaletteReader {
  readonly #element: Element;
  readonly #prefersDark = matchMedia('(prefers-color-scheme: dark)');
  #read: {readonly key: string; readonly colours: LanesPalette} | null = null;

  constructor(element: Element) {
    this.#element = element;
  }

  colours(): LanesPalette {
    // What decides the colours; asking for the colours themselves would have the page work out its styles in every frame.
    const key = `${document.documentElement.dataset['theme'] ?? ''} ${this.#prefersDark.matches}`;
    if (this.#read?.key === key) return this.#read.colours;
    const style = getComputedStyle(this.#element);
    const read = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
    const colours: LanesPalette = {
      families: {
        produce: read('--produce', '#1f5fd0'),
        replicate: read('--replicate', '#0b7f74'),
        deliver: read('--deliver', '#7a3fc4'),
        election: read('--election', '#b45309'),
        route: read('--route', '#8a94a3'),
      },
      ground: read('--ground', '#f4f3ee'),
      pane: read('--pane', '#ffffff'),
      bad: read('--bad', '#c81e1e'),
      ink: read('--ink', '#1c2430'),
      accent: read('--accent', '#1f5fd0'),
    };
    this.#read = {key, colours};
    return colours;
  }
}
