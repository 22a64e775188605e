import type {Action} from '../base/act.ts';
import {PACES} from '../session/pace.ts';

export type KeyAction =
  | {readonly kind: 'act'; readonly action: Action}
  | {readonly kind: 'cause' | 'effect' | 'begin' | 'end' | 'escape'}
  | {readonly kind: 'jump'; readonly seconds: number};

/** What of a key press matters here. */
export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
  composedPath(): EventTarget[];
}

/** What a key means to the page; null where it means something to the control that has the focus, or nothing. */
export function keyAction(event: KeyPress): KeyAction | null {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return null;
  const target = event.composedPath()[0];
  const tag = target instanceof Element ? target.localName : '';
  if (tag === 'input' || tag === 'textarea' || tag === 'select')
    return event.key === 'Escape' ? {kind: 'escape'} : null;
  switch (event.key) {
    case ' ':
      // A focused button is pressed by the space bar.
      return tag === 'button' ? null : {kind: 'act', action: {kind: 'toggle'}};
    case 'ArrowLeft':
      return event.shiftKey ? {kind: 'cause'} : {kind: 'act', action: {kind: 'step', by: -1}};
    case 'ArrowRight':
      return event.shiftKey ? {kind: 'effect'} : {kind: 'act', action: {kind: 'step', by: 1}};
    case 'ArrowUp':
      return scrolls(event) ? null : {kind: 'jump', seconds: 1};
    case 'ArrowDown':
      return scrolls(event) ? null : {kind: 'jump', seconds: -1};
    case 'Home':
      return {kind: 'begin'};
    case 'End':
      return {kind: 'end'};
    case 'Escape':
      return {kind: 'escape'};
    case 'o':
    case 'O':
      return {kind: 'act', action: {kind: 'open-recording'}};
    case '?':
      return {kind: 'act', action: {kind: 'help'}};
    default: {
      const paced = PACES.find(({key}) => key === event.key);
      return paced === undefined ? null : {kind: 'act', action: {kind: 'pace', pace: paced.pace}};
    }
  }
}

/** Whether up and down scroll something here. */
function scrolls(event: KeyPress): boolean {
  return event
    .composedPath()
    .some(
      (node) =>
        node instanceof HTMLElement &&
        node.scrollHeight > node.clientHeight + 1 &&
        ['auto', 'scroll'].includes(getComputedStyle(node).overflowY),
    );
}
