import {html, nothing, type ReactiveController, type TemplateResult} from 'lit';
import {sentenceOf} from '../base/sentence-of.ts';
import type {PageHost} from './page-host.ts';

/** What a dragged file does to a window. */
const DRAGS = ['dragenter', 'dragover', 'dragleave', 'drop'] as const;

/** Takes in the file of a recording, chosen or dropped anywhere on the page. */
export class RecordingIntake implements ReactiveController {
  readonly #host: PageHost & {readonly renderRoot: ParentNode};
  readonly #opened: () => void;
  /** How far the reading of a recording is; empty while none is read. */
  reading = '';
  /** A file is held over the page. */
  #dropping = false;

  /** @param opened is told when a recording is on show */
  constructor(host: PageHost & {readonly renderRoot: ParentNode}, opened: () => void) {
    this.#host = host;
    this.#opened = opened;
    host.addController(this);
  }

  hostConnected(): void {
    for (const kind of DRAGS) window.addEventListener(kind, this.#onDrag);
  }

  hostDisconnected(): void {
    for (const kind of DRAGS) window.removeEventListener(kind, this.#onDrag);
  }

  /** Asks for a file. */
  ask(): void {
    this.#input.click();
  }

  render(): TemplateResult {
    const note = this.#dropping ? html`<div class="drop">${this.#host.words.t.dropRecording}</div>` : nothing;
    return html`<input id="recording-file" type="file" hidden @change=${this.#chosen} />${note}`;
  }

  get #input(): HTMLInputElement {
    return this.#host.renderRoot.querySelector<HTMLInputElement>('#recording-file')!;
  }

  readonly #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#dropping = event.type === 'dragenter' || event.type === 'dragover';
    this.#host.requestUpdate();
    const file = event.type === 'drop' ? event.dataTransfer.files[0] : undefined;
    if (file !== undefined) void this.#open(file);
  };

  readonly #chosen = (): void => {
    const input = this.#input;
    const file = input.files?.[0];
    input.value = '';
    if (file !== undefined) void this.#open(file);
  };

  async #open(file: File): Promise<void> {
    this.#host.notify('');
    try {
      const {openRecording} = await import('../recording/open-recording.ts');
      const opening = await openRecording(file, this.#host.words.language, (sentence) =>
        this.#tell(sentence),
      );
      this.#tell('');
      if (opening === null) return;
      if ('sentence' in opening) {
        this.#host.notify(opening.sentence);
        return;
      }
      this.#opened();
      this.#host.session.open(opening.opened);
    } catch (error) {
      this.#tell('');
      this.#host.notify(sentenceOf(error));
    }
  }

  #tell(reading: string): void {
    this.reading = reading;
    this.#host.requestUpdate();
  }
}
