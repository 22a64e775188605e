import {css, html} from 'lit';
import {customElement, property} from 'lit/decorators.js';
import {ifDefined} from 'lit/directives/if-defined.js';
import {ActEvent, type PageName, type ThemeName} from '../base/act.ts';
import {icon} from '../base/icons.ts';
import {LabElement} from '../base/lab-element.ts';
import {sharedStyles} from '../base/shared-styles.ts';

const THEMES: readonly ThemeName[] = ['auto', 'light', 'dark'];

/** The name of what is open, the three places to be, language, theme, share, help. */
@customElement('lab-top-bar')
export class LabTopBar extends LabElement {
  @property() page: PageName = 'lessons';
  /** Name of the lesson or scenario shown. */
  @property() name = '';
  @property() stepText = '';
  @property() theme: ThemeName = 'auto';
  /** A recording is open, and has a place of its own. */
  @property({type: Boolean}) hasRecording = false;
  /** Two runs are shown side by side. */
  @property({type: Boolean}) comparing = false;

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 12px;
        height: 46px;
        padding: 0 18px;
        background: var(--pane);
        border-bottom: 1px solid var(--hairline);
      }
      .brand {
        font-weight: 700;
        font-size: 16px;
        white-space: nowrap;
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .brand svg {
        width: 20px;
        height: 20px;
      }
      nav {
        display: flex;
        gap: 2px;
      }
      nav button {
        border: 0;
        color: var(--muted);
        padding: 4px 11px;
      }
      nav button[aria-current] {
        background: var(--accent-soft);
        color: var(--ink);
        font-weight: 600;
      }
      .name {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .step {
        color: var(--muted);
        white-space: nowrap;
      }
      .end {
        margin-inline-start: auto;
        display: flex;
        gap: 4px;
        align-items: center;
        flex: none;
      }
      .end button {
        display: flex;
        gap: 6px;
        align-items: center;
        white-space: nowrap;
      }
      .end button.square {
        width: 34px;
        padding: 0;
        justify-content: center;
        border-color: transparent;
      }
      .compare[aria-pressed='true'] {
        background: var(--accent-soft);
      }
      @media (max-width: 899px) {
        .name,
        .step,
        .share span,
        .compare span {
          display: none;
        }
      }
      @media (max-width: 699px) {
        :host {
          padding: 0 8px;
          gap: 4px;
        }
        .brand span {
          display: none;
        }
        .end {
          gap: 0;
        }
        .end button.share,
        .end button.compare {
          border-color: transparent;
          padding: 0 8px;
        }
        .end button.plain {
          padding: 4px 6px;
        }
        nav button {
          padding: 4px 6px;
        }
        .help,
        .theme,
        .open-recording {
          display: none !important;
        }
      }
    `,
  ];

  override render() {
    const {t} = this;
    const pages: readonly (readonly [PageName, string])[] = [
      ['lessons', t.lessons],
      ['sandbox', t.sandbox],
      ['scenarios', t.scenarios],
      ...(this.hasRecording ? ([['recording', t.recording]] as const) : []),
    ];
    return html`<span class="brand">${logo}<span>${t.title}</span></span>
      <nav aria-label=${t.title}>
        ${pages.map(
          ([page, label]) =>
            html`<button
              class="page-${page}"
              aria-current=${ifDefined(this.page === page ? 'page' : undefined)}
              @click=${() => this.dispatchEvent(new ActEvent({kind: 'navigate', page}))}
            >
              ${label}
            </button>`,
        )}
      </nav>
      <span class="name">${this.name}</span>
      <span class="step">${this.stepText}</span>
      <span class="end">
        <button
          class="plain language"
          aria-label="${t.language}: ${t.switchLanguage}"
          lang=${this.words.language === 'en' ? 'zh-CN' : 'en'}
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'switch-language'}))}
        >
          ${t.switchLanguage}
        </button>
        <button class="square theme" title=${this.#themeName()} aria-label=${this.#themeName()} @click=${this.#theme}>
          ${icon(this.theme === 'light' ? 'sun' : this.theme === 'dark' ? 'moon' : 'auto')}
        </button>
        <button
          class="square open-recording"
          title="${t.openRecording} (O)"
          aria-label=${t.openRecording}
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'open-recording'}))}
        >
          ${icon('folder')}
        </button>
        <button
          class="square help"
          title="${t.helpTitle} (?)"
          aria-label=${t.helpTitle}
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'help'}))}
        >
          ${icon('help')}
        </button>
        <button
          class="compare"
          aria-label=${t.compare}
          aria-pressed=${String(this.comparing)}
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'compare'}))}
        >
          ${icon('compare')}<span>${t.compare}</span>
        </button>
        <button
          class="share"
          aria-label=${t.share}
          @click=${() => this.dispatchEvent(new ActEvent({kind: 'share'}))}
        >
          ${icon('share')}<span>${t.share}</span>
        </button>
      </span>`;
  }

  #themeName(): string {
    const {t} = this;
    return this.theme === 'light' ? t.themeLight : this.theme === 'dark' ? t.themeDark : t.themeAuto;
  }

  #theme(): void {
    const next = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length]!;
    this.dispatchEvent(new ActEvent({kind: 'theme', theme: next}));
  }
}

const logo = html`<svg viewBox="0 0 20 20" aria-hidden="true">
  <rect x="1" y="1" width="18" height="18" rx="5" fill="var(--strong)" />
  <circle cx="6" cy="10" r="2" fill="var(--strong-ink)" />
  <circle cx="14.5" cy="6" r="1.8" fill="none" stroke="var(--strong-ink)" stroke-width="1.3" />
  <circle cx="14.5" cy="14" r="1.8" fill="none" stroke="var(--strong-ink)" stroke-width="1.3" />
  <path d="m7.8 9.1 4.9-2.3M7.8 10.9l4.9 2.3" stroke="var(--strong-ink)" stroke-width="1.3" />
</svg>`;
