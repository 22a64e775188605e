import {LitElement} from 'lit';
import type {Catalogue} from '../i18n/en.ts';
import {Words} from '../i18n/i18n.ts';

/**
 * The page's own kind of element: it has the words of the page's language, and what goes wrong while it renders, or draws
 * after rendering, stays inside it. A part that failed shows a note in its place and is tried again when its properties change.
 */
export class LabElement extends LitElement {
  readonly words = new Words(this);
  #note: HTMLElement | null = null;

  protected get t(): Catalogue {
    return this.words.t;
  }

  protected override performUpdate(): void {
    try {
      super.performUpdate();
      this.#note?.remove();
      this.#note = null;
    } catch (error) {
      console.error(`${this.localName} could not be drawn`, error);
      this.#showNote();
    }
  }

  #showNote(): void {
    if (this.#note) return;
    const note = document.createElement('p');
    note.setAttribute('role', 'status');
    note.style.cssText =
      'margin:12px;padding:8px 12px;border:1px solid var(--bad);border-radius:8px;color:var(--bad)';
    note.textContent = this.t.stagePartFailed;
    this.#note = note;
    this.renderRoot.append(note);
  }
}
