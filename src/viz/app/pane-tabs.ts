import {html, type TemplateResult} from 'lit';
import type {PageName, PaneName} from '../base/act.ts';
import {icon} from '../base/icons.ts';
import type {Catalogue} from '../i18n/en.ts';

/** The buttons under a narrow page, one for each of its panes; `show` gets the pane that is wanted. */
export function paneTabs(
  t: Catalogue,
  page: PageName,
  pane: PaneName,
  show: (pane: PaneName) => void,
): TemplateResult {
  const story = {
    lessons: t.tabStory,
    sandbox: t.sandbox,
    scenarios: t.scenarios,
    recording: t.recording,
  }[page];
  const tabs: readonly (readonly [PaneName, string, 'story' | 'stage' | 'log' | 'inspect'])[] = [
    ['story', story, 'story'],
    ['stage', t.tabStage, 'stage'],
    ['log', t.tabLog, 'log'],
    ['inspect', t.tabInspect, 'inspect'],
  ];
  return html`<nav class="panes" aria-label=${t.panes}>
    ${tabs.map(
      ([name, label, image]) =>
        html`<button
          class="pane-${name}"
          aria-pressed=${String(pane === name)}
          @click=${() => show(pane === name ? 'stage' : name)}
        >
          ${icon(image)}<span>${label}</span>
        </button>`,
    )}
  </nav>`;
}
