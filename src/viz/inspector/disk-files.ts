import {css, html, svg} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {sayCount} from '../../lab/say-duration.ts';
import type {FilePages} from '../../sim/api.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';

type PageRun = FilePages['runs'][number];

/** The strip is about so many of the thinnest lines wide that can be seen; a stretch of pages is never thinner than one. */
const STRIP = 160;

/** The files of a disk, and of each which pages are on the platter and which are in the page cache only. */
@customElement('lab-disk-files')
export class LabDiskFiles extends PanelElement {
  @property({attribute: false}) files: readonly FilePages[] = [];

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
      }
      li {
        padding: 4px 0 6px;
        border-top: 1px solid var(--hairline);
      }
      .path {
        font: 12px var(--mono);
        overflow-wrap: anywhere;
      }
      .counts {
        font-size: 12px;
        color: var(--muted);
      }
      .strip {
        display: block;
        width: 100%;
        height: 10px;
        margin-top: 3px;
        background: var(--pane-sunk);
        border-radius: 2px;
      }
      .clean {
        fill: var(--muted);
      }
      .dirty {
        fill: var(--election);
      }
      .going-out {
        fill: var(--accent);
      }
      .failed {
        fill: var(--bad);
      }
      .signs {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        font-size: 12px;
        color: var(--muted);
        margin-bottom: 4px;
      }
      .signs svg {
        width: 10px;
        height: 10px;
        margin-inline-end: 4px;
      }
    `,
  ];

  override render() {
    const {t, files} = this;
    if (files.length === 0) return html`<p class="small muted">${t.diskEmpty}</p>`;
    const signs = [
      ['clean', t.pagesDurable],
      ['dirty', t.pagesDirty],
      ['going-out', t.pagesGoingOut],
      ['failed', t.pagesFailed],
    ] as const;
    return html`<p class="signs">
        ${signs.map(
          ([state, words]) =>
            html`<span><svg viewBox="0 0 10 10" aria-hidden="true"><rect class=${state} width="10" height="10" rx="2" /></svg>${words}</span>`,
        )}
      </p>
      <ul>
        ${files.map((file) => this.#file(file))}
      </ul>`;
  }

  #file(file: FilePages) {
    const {t} = this;
    const inMemoryOnly = file.dirty + file.goingOut + file.failed;
    return html`<li>
      <span class="path">${file.path}</span>
      ${this.#strip(file)}
      <span class="counts"
        >${t.filePages(sayCount(file.clean), sayCount(inMemoryOnly))}${
          inMemoryOnly === 0 ? '' : html` · <span class="bad">${t.wouldBeLost}</span>`
        }</span
      >
    </li>`;
  }

  /** The pages that have anything in them, from the first to the last. */
  #strip({runs}: FilePages) {
    const last = runs[runs.length - 1];
    const first = runs[0]?.firstPage ?? 0;
    const pages = last === undefined ? 0 : last.firstPage + last.pages - first;
    const least = pages / STRIP;
    return html`<svg class="strip" viewBox="0 0 ${Math.max(pages, 24)} 1" preserveAspectRatio="none" aria-hidden="true">
      ${runs.map((run: PageRun) => svg`<rect class=${run.state} x=${Math.min(run.firstPage - first, pages - least)} width=${Math.max(run.pages, least)} height="1" />`)}
    </svg>`;
  }
}
