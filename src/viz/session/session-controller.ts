import type {ReactiveController, ReactiveControllerHost} from 'lit';
import type {LabSession} from './session.ts';

/** Renders its element anew whenever the session changes; Lit draws once per frame however often that is. */
export class SessionController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly session: LabSession;
  #stop: (() => void) | null = null;

  constructor(host: ReactiveControllerHost, session: LabSession) {
    this.#host = host;
    this.session = session;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.session.listen(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
