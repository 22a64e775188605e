import '@awesome.me/webawesome/dist/components/dialog/dialog.js';
import {css, html, type PropertyValues} from 'lit';
import {customElement, property, state} from 'lit/decorators.js';
import type {MqadminAnswer} from '../../lab/ask-cluster.ts';
import {sayDuration} from '../../lab/say-duration.ts';
import type {Scenario} from '../../lab/scenario/scenario.ts';
import {PanelElement} from '../base/panel-element.ts';
import {sentenceOf} from '../base/sentence-of.ts';
import {sharedStyles} from '../base/shared-styles.ts';
import type {AskCluster} from '../narrative/cluster-list.ts';
import {dialogFieldStyles} from './dialog-field-styles.ts';
import {dialogStyles} from './dialog-styles.ts';

/** RocketMQ's console tool at the moment shown: what it would print, had somebody typed the command then. */
@customElement('lab-mqadmin-dialog')
export class LabMqadminDialog extends PanelElement {
  @property({type: Boolean}) open = false;
  @property({attribute: false}) scenario: Scenario | null = null;
  /** The moment in words. */
  @property() moment = '';
  @property({attribute: false}) ask: AskCluster = () => null;
  @state() private line = 'clusterList';
  @state() private answer: MqadminAnswer | string | null = null;
  @state() private asking = false;
  #asked = 0;

  static override styles = [
    sharedStyles,
    dialogStyles,
    dialogFieldStyles,
    css`
      wa-dialog {
        --width: min(1320px, 97vw);
      }
      form {
        display: flex;
        gap: 8px;
        align-items: center;
        margin-block: 12px;
        flex-wrap: wrap;
      }
      label {
        font: 13px var(--mono);
        display: flex;
        gap: 8px;
        align-items: center;
        flex: 1;
        min-width: min(320px, 100%);
      }
      input {
        flex: 1;
      }
      .ready {
        display: flex;
        gap: 6px;
        flex-wrap: wrap;
      }
      .ready button {
        font: 12.5px var(--mono);
      }
      pre {
        margin: 12px 0 0;
        padding: 10px 12px;
        background: var(--pane-sunk);
        border: 1px solid var(--hairline);
        border-radius: 8px;
        overflow: auto;
        max-height: 50vh;
        font: 12px/1.5 var(--mono);
        min-height: 60px;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('open') && this.open) void this.#run();
  }

  override render() {
    const {t, answer} = this;
    return html`<wa-dialog label=${t.mqadminTitle(this.moment)} ?open=${this.open} light-dismiss @wa-after-hide=${this.#closed}>
      <p>${t.mqadminText}</p>
      <form @submit=${this.#submit} @keydown=${(event: KeyboardEvent) => event.stopPropagation()}>
        <label
          >mqadmin
          <input
            class="line"
            spellcheck="false"
            autocomplete="off"
            .value=${this.line}
            @input=${(event: Event) => {
              this.line = (event.target as HTMLInputElement).value;
            }}
        /></label>
        <button class="primary run" type="submit">${t.mqadminRun}</button>
      </form>
      <div class="ready">
        ${this.#ready().map(
          (line) =>
            html`<button
              class="ready-line"
              @click=${() => {
                this.line = line;
                void this.#run();
              }}
            >
              ${line}
            </button>`,
        )}
      </div>
      <pre role="status" tabindex="0" aria-label="mqadmin">${
        this.asking
          ? t.computing
          : answer === null
            ? ''
            : typeof answer === 'string'
              ? answer
              : [...answer.errors, ...answer.printed].join('\n')
      }</pre>
      <p class="small muted">${
        answer === null || typeof answer === 'string' || this.asking
          ? ''
          : answer.tookUs === null
            ? t.mqadminNoEnd
            : t.mqadminTook(sayDuration(answer.tookUs, this.words.language))
      }</p>
    </wa-dialog>`;
  }

  /** Orders that make sense in this scenario. */
  #ready(): string[] {
    const {scenario} = this;
    const topics = new Set(scenario?.producers.map(({program}) => program.topic) ?? []);
    const groups = new Set(scenario?.consumers.map(({group}) => group) ?? []);
    const keyed = new Set(
      scenario?.producers.flatMap(({program}) =>
        program.kind === 'rate' && program.keys > 0 ? [program.topic] : [],
      ) ?? [],
    );
    return [
      'clusterList',
      'clusterList -m',
      ...[...topics].flatMap((topic) => [`topicRoute -t ${topic}`, `topicStatus -t ${topic}`]),
      ...[...keyed].map((topic) => `queryMsgByKey -t ${topic} -k key-0`),
      ...[...groups].map((group) => `consumerProgress -g ${group}`),
    ];
  }

  #submit(event: Event): void {
    event.preventDefault();
    void this.#run();
  }

  async #run(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    this.asking = true;
    let answer: MqadminAnswer | string | null;
    try {
      answer = await this.ask(
        this.line
          .trim()
          .split(/\s+/)
          .filter((word) => word !== ''),
      );
    } catch (error) {
      answer = sentenceOf(error);
    }
    if (mine !== this.#asked) return;
    this.answer = answer;
    this.asking = false;
  }

  #closed(event: Event): void {
    if (event.target === event.currentTarget) this.dispatchEvent(new CustomEvent('lab-closed'));
  }
}
